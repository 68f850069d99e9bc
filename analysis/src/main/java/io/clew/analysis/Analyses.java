package io.clew.analysis;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.TableShape;
import io.clew.analysis.map.MapObserver;
import io.clew.analysis.map.ServiceMap;
import io.clew.analysis.red.Red;
import io.clew.analysis.red.RedObserver;
import io.clew.analysis.trace.Attribute;
import io.clew.analysis.trace.CellWords;
import io.clew.analysis.trace.Observer;
import io.clew.analysis.trace.SpanAttributes;
import io.clew.analysis.trace.TraceView;
import io.clew.store.SpanColumns;
import java.util.ArrayList;
import java.util.List;

/**
 * Every analysis there is, as one: what tables a cell has, and adding a trace to it. Has scratch memory of its own: one for
 * each thread.
 */
public final class Analyses {
    /** The tables of a cell: those of {@link Red}, then those of {@link ServiceMap}. */
    public static final List<TableShape> SHAPES = shapes();

    /** What they read of a span. */
    public static final SpanColumns COLUMNS = SpanColumns.withAttributes(Attribute.keys());

    private final List<Observer> observers;
    private Cell cell = new Cell(SHAPES, 0);
    private final CellWords words = new CellWords(cell);

    public Analyses() {
        SpanAttributes attributes = new SpanAttributes();
        observers = List.of(new RedObserver(attributes), new MapObserver(attributes));
    }

    private static List<TableShape> shapes() {
        List<TableShape> shapes = new ArrayList<>(Red.SHAPES);
        shapes.addAll(ServiceMap.SHAPES);
        return List.copyOf(shapes);
    }

    /** Adds a trace to the cell of its minute. What the cell holds is complete after {@link #settle}. */
    public void observe(TraceView trace, Cell into) {
        if (cell != into) {
            settle();
            cell = into;
        }
        if (cell.isUntidy()) {
            settle();
            cell.tidy();
        }
        words.bind(trace.spans(), cell);
        for (int i = 0; i < observers.size(); i++) {
            observers.get(i).observe(trace, words, cell);
        }
    }

    /** Completes the cell that was added to last. To be called before it is looked at, merged or handed on. */
    public void settle() {
        for (int i = 0; i < observers.size(); i++) {
            observers.get(i).settle(cell);
        }
    }
}

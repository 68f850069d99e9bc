package io.clew.analysis;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.TableShape;
import io.clew.analysis.map.MapObserver;
import io.clew.analysis.map.ServiceMap;
import io.clew.analysis.red.Red;
import io.clew.analysis.red.RedObserver;
import io.clew.analysis.trace.CellWords;
import io.clew.analysis.trace.Observer;
import io.clew.analysis.trace.TraceView;
import java.util.ArrayList;
import java.util.List;

/**
 * Every analysis there is, as one: what tables a cell has, and adding a trace to it. Has scratch memory of its own: one for
 * each thread.
 */
public final class Analyses {
    /** The tables of a cell: those of {@link Red}, then those of {@link ServiceMap}. */
    public static final List<TableShape> SHAPES = shapes();

    private final List<Observer> observers = List.of(new RedObserver(), new MapObserver());
    private final CellWords words = new CellWords(new Cell(SHAPES, 0));

    private static List<TableShape> shapes() {
        List<TableShape> shapes = new ArrayList<>(Red.SHAPES);
        shapes.addAll(ServiceMap.SHAPES);
        return List.copyOf(shapes);
    }

    /** Adds a trace to the cell of its minute. */
    public void observe(TraceView trace, Cell cell) {
        cell.tidy();
        words.bind(trace.spans(), cell);
        for (int i = 0; i < observers.size(); i++) {
            observers.get(i).observe(trace, words, cell);
        }
    }
}

package io.clew.analysis;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.TableShape;
import io.clew.analysis.trace.TraceView;
import io.clew.model.SpanBatch;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Adds whole traces to the cells of their minutes. Not thread-safe: one for each thread, merged at the end. */
public final class Fold {
    private final List<TableShape> shapes;
    private final Analyses analyses = new Analyses();
    private final TraceView trace = new TraceView();
    private final TreeMap<Long, Cell> cells = new TreeMap<>();

    public Fold() {
        this(Analyses.SHAPES);
    }

    /** With tables of other limits. */
    Fold(List<TableShape> shapes) {
        this.shapes = shapes;
    }

    /** Adds the trace that is {@code rows[from]} to {@code rows[to - 1]} of the batch. */
    public void add(SpanBatch spans, int[] rows, int from, int to) {
        trace.bind(spans, rows, from, to);
        analyses.observe(trace, cell(Cell.minuteOf(trace.start())));
    }

    private Cell cell(long minute) {
        return cells.computeIfAbsent(minute, _ -> new Cell(shapes, minute));
    }

    /** The cells so far, by minute; {@link Cell#UNDATED} first. */
    public SortedMap<Long, Cell> cells() {
        analyses.settle();
        return cells;
    }

    /** Hands over the cells of minutes before this one, and forgets them. */
    public SortedMap<Long, Cell> takeBefore(long minute) {
        SortedMap<Long, Cell> before = cells.headMap(minute);
        if (before.isEmpty()) {
            return before;
        }
        analyses.settle();
        SortedMap<Long, Cell> taken = new TreeMap<>(before);
        before.clear();
        return taken;
    }

    /** Adds everything another fold has. */
    public void merge(Fold other) {
        analyses.settle();
        other.cells().forEach((minute, cell) -> cell(minute).merge(cell));
    }

    /** Hands over the cell of a minute, or an empty one, and forgets it. */
    public Cell take(long minute) {
        analyses.settle();
        Cell cell = cells.remove(minute);
        return cell == null ? new Cell(shapes, minute) : cell;
    }
}

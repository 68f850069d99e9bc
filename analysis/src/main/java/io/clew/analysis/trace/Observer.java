package io.clew.analysis.trace;

import io.clew.analysis.cell.Cell;

/**
 * Adds what one trace says to the cell of its minute. What it adds depends on the spans of the trace alone, not on their
 * order or on what was observed before. Has scratch memory of its own: one for each thread.
 */
public interface Observer {
    /**
     * Adds a trace.
     *
     * @param words bound to the trace's batch and the cell
     */
    void observe(TraceView trace, CellWords words, Cell cell);

    /** Adds to the cell what has been held back: it will be looked at, or other traces come for another cell. */
    default void settle(Cell cell) {}
}

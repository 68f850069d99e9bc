package io.clew.store;

import io.clew.model.SpanBatch;

/**
 * A range of time in epoch nanoseconds, both ends inclusive. A trace is in it when the two overlap. A trace without any
 * valid time is only in {@link #ALL}.
 */
public record Window(long from, long to) {
    /** All time: everything is in it. */
    public static final Window ALL = new Window(Long.MIN_VALUE, Long.MAX_VALUE);

    /**
     * Whether a trace with these first and last times overlaps the window.
     *
     * @param start smallest valid start of the trace or {@link SpanBatch#NO_TIME}
     * @param end largest valid time of the trace or {@link SpanBatch#NO_TIME}
     */
    public boolean overlaps(long start, long end) {
        return isAll() || start != SpanBatch.NO_TIME && start <= to && end >= from;
    }

    /**
     * Whether a trace that starts then begins in the window; one without a valid start only in {@link #ALL}.
     *
     * @param start smallest valid start of the trace or {@link SpanBatch#NO_TIME}
     */
    public boolean begins(long start) {
        return isAll() || start != SpanBatch.NO_TIME && start >= from && start <= to;
    }

    public boolean isAll() {
        return from == Long.MIN_VALUE && to == Long.MAX_VALUE;
    }
}

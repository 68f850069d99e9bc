package io.clew.store.embedded;

import io.clew.model.SpanBatch;

/** The span of time that several pieces of a trace cover together. */
class Interval {
    /** Smallest start added, or {@link SpanBatch#NO_TIME}. */
    long start = SpanBatch.NO_TIME;
    /** Largest end added, or {@link SpanBatch#NO_TIME}. */
    long end = SpanBatch.NO_TIME;

    final void add(long otherStart, long otherEnd) {
        if (otherStart != SpanBatch.NO_TIME) {
            start = start == SpanBatch.NO_TIME ? otherStart : Math.min(start, otherStart);
        }
        end = Math.max(end, otherEnd);
    }
}

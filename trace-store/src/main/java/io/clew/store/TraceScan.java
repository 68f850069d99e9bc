package io.clew.store;

import io.clew.model.SpanBatch;

/**
 * A read of whole traces, each once, in parts that any threads may read at once. Valid while its snapshot is open. Parts
 * stand in ascending order of {@link #earliest}; what a part gives is in no order.
 */
public interface TraceScan {
    int parts();

    /**
     * No trace of this part or of a later one begins before, epoch nanoseconds; {@link SpanBatch#NO_TIME} when nothing
     * is known. When all parts before it are read, all traces that begin before have been given.
     */
    long earliest(int part);

    /**
     * Gives every trace of a part. What stands in a damaged page is missing, and {@link ReadControl#missed} says so.
     *
     * @throws ReadStoppedException soon after the control says stop
     */
    void read(int part, Visitor visitor, ReadControl control);

    /** Takes the traces. */
    interface Visitor {
        /** All spans of one trace are {@code rows[from]} to {@code rows[to - 1]} of the batch. Valid during the call only. */
        void trace(SpanBatch spans, int[] rows, int from, int to);
    }
}

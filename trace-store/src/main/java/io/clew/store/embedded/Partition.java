package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import java.util.concurrent.TimeUnit;

/**
 * Which block a trace goes to: one partition per UTC day of the trace's anchor, its smallest valid start known. Traces
 * without a valid start, or with one more than a day after their arrival, go to the stray partition, so that one wrong
 * clock does not widen the interval of everybody's blocks.
 */
public final class Partition {
    static final int STRAY = Integer.MIN_VALUE;

    private static final long DAY = TimeUnit.DAYS.toNanos(1);

    private Partition() {}

    /**
     * Days since the epoch, or {@link #STRAY}.
     *
     * @param anchor epoch nanoseconds or {@link SpanBatch#NO_TIME}
     * @param now epoch nanoseconds
     */
    public static int of(long anchor, long now) {
        return anchor == SpanBatch.NO_TIME || anchor > now + DAY ? STRAY : (int) (anchor / DAY);
    }
}

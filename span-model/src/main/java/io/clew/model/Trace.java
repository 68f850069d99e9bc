package io.clew.model;

import java.util.Arrays;

/**
 * One whole trace: every span known of it, and nothing else, in a batch of its own, in which rows stand in any order;
 * {@link #order()} sorts them. Immutable; any number of threads may read it.
 */
public final class Trace {
    private final TraceId id;
    private final SpanBatch spans;
    private final int[] order;
    private final long start;
    private final long end;

    /** @param spans at least one span, all of trace {@code id}; must not change any more */
    public Trace(TraceId id, SpanBatch spans) {
        this.id = id;
        this.spans = spans;
        int count = spans.spanCount();
        long smallest = SpanBatch.NO_TIME;
        long largest = SpanBatch.NO_TIME;
        for (int row = 0; row < count; row++) {
            if (spans.validStart(row)) {
                smallest = smallest == SpanBatch.NO_TIME ? spans.start(row) : Math.min(smallest, spans.start(row));
                largest = Math.max(largest, spans.start(row));
            }
            if (spans.validEnd(row)) {
                largest = Math.max(largest, spans.end(row));
            }
        }
        order = order(spans);
        start = smallest;
        end = largest;
    }

    /** As stores hand out most traces, they are in order already. */
    private static int[] order(SpanBatch spans) {
        int[] order = new int[spans.spanCount()];
        boolean ordered = true;
        for (int row = 0; row < order.length; row++) {
            order[row] = row;
            ordered = ordered && (row == 0 || compare(spans, row - 1, row) <= 0);
        }
        if (ordered) {
            return order;
        }
        return Arrays.stream(order)
                .boxed()
                .sorted((a, b) -> compare(spans, a, b))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static int compare(SpanBatch spans, int a, int b) {
        int byStart = Long.compareUnsigned(spans.start(a), spans.start(b));
        return byStart != 0 ? byStart : Long.compareUnsigned(spans.spanId(a), spans.spanId(b));
    }

    public TraceId id() {
        return id;
    }

    public SpanBatch spans() {
        return spans;
    }

    /** Row numbers by (start, span id), ascending. Not to be changed. */
    public int[] order() {
        return order;
    }

    /** Smallest valid start of all spans, or {@link SpanBatch#NO_TIME}. */
    public long start() {
        return start;
    }

    /** Largest valid start or end of all spans, or {@link SpanBatch#NO_TIME}. */
    public long end() {
        return end;
    }

    /** {@link #end()} less {@link #start()}, never negative; 0 when no span has a valid start. */
    public long duration() {
        return start == SpanBatch.NO_TIME ? 0 : Math.max(0, end - start);
    }

    /** Row of the root: the span without a parent that starts first, or -1 when none has arrived. */
    public int root() {
        for (int row : order) {
            if (spans.parentSpanId(row) == 0) {
                return row;
            }
        }
        return -1;
    }
}

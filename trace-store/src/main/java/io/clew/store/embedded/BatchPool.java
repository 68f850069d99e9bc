package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import java.util.ArrayDeque;

/**
 * Batches and chunks between two uses, so that steady ingest allocates nothing. Keeps at most a given number of bytes;
 * what is over, and batches swollen by one huge request, are left to the garbage collector. Thread-safe.
 */
final class BatchPool {
    private static final long LARGEST_KEPT = 4 << 20;

    private static final int SETS_KEPT = 6;

    private final long capacity;
    private final ArrayDeque<SpanBatch> batches = new ArrayDeque<>();
    private final ArrayDeque<HeadBatch> wrappers = new ArrayDeque<>();
    private final ArrayDeque<SpanSet> spanSets = new ArrayDeque<>();
    private final ArrayDeque<TraceSet> traceSets = new ArrayDeque<>();
    private long bytes;

    /** Makes a pool that keeps at most {@code capacity} bytes of idle batches. */
    BatchPool(long capacity) {
        this.capacity = capacity;
    }

    synchronized SpanBatch take() {
        SpanBatch batch = batches.pollLast();
        if (batch == null) {
            return new SpanBatch();
        }
        bytes -= batch.heapBytes();
        return batch;
    }

    synchronized HeadBatch wrap(SpanBatch batch) {
        HeadBatch wrapper = wrappers.pollLast();
        return (wrapper == null ? new HeadBatch() : wrapper).of(batch);
    }

    synchronized void give(SpanBatch batch) {
        batch.clear();
        long size = batch.heapBytes();
        if (size <= LARGEST_KEPT && bytes + size <= capacity) {
            bytes += size;
            batches.addLast(batch);
        }
    }

    synchronized void give(HeadBatch wrapper) {
        give(wrapper.unwrap());
        if (wrappers.size() < batches.size() + 64) {
            wrappers.addLast(wrapper);
        }
    }

    synchronized SpanSet takeSpanSet() {
        SpanSet set = spanSets.pollLast();
        return set == null ? new SpanSet() : set;
    }

    synchronized TraceSet takeTraceSet() {
        TraceSet set = traceSets.pollLast();
        return set == null ? new TraceSet() : set;
    }

    synchronized void give(SpanSet spans, TraceSet traces) {
        if (spanSets.size() < SETS_KEPT) {
            spans.clear();
            traces.clear();
            spanSets.addLast(spans);
            traceSets.addLast(traces);
        }
    }
}

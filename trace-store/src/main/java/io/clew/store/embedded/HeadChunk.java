package io.clew.store.embedded;

import java.util.ArrayList;
import java.util.List;

/**
 * A run of appended batches that becomes blocks together. The committer appends; readers see the first {@code n} batches,
 * {@code n} being what was published when they took their snapshot. Counted references keep the batches from being reused
 * while a reader or the flusher needs them; the chunk itself holds the first reference until it is flushed.
 */
final class HeadChunk {
    private final BatchPool pool;
    /** Grows by replacement, so that a reader's array never changes below its own count. */
    private volatile HeadBatch[] published = new HeadBatch[16];

    private volatile int count;
    private final List<HeadBatch> all = new ArrayList<>();
    private final SpanSet spanSet;
    private final TraceSet traceSet;
    private final long openedAt;
    private long heapBytes;
    private long spans;
    private long newTraces;
    private long lastSequence;
    private final Interval times = new Interval();
    private int references = 1;

    /** Opens an empty chunk. {@code openedAt} is on the clock of {@link System#nanoTime}. */
    HeadChunk(BatchPool pool, long openedAt) {
        this.pool = pool;
        this.spanSet = pool.takeSpanSet();
        this.traceSet = pool.takeTraceSet();
        this.openedAt = openedAt;
    }

    /** Number the next batch will have. */
    int nextNumber() {
        return all.size();
    }

    List<HeadBatch> batches() {
        return all;
    }

    SpanSet spanSet() {
        return spanSet;
    }

    TraceSet traceSet() {
        return traceSet;
    }

    /** Makes the batch visible to snapshots taken from now on. Repeats and groups must be settled. */
    void publish(HeadBatch batch, long sequence, int tracesNew) {
        batch.sequence(sequence);
        all.add(batch);
        HeadBatch[] array = published;
        int at = count;
        if (at == array.length) {
            array = java.util.Arrays.copyOf(array, at * 2);
            published = array;
        }
        array[at] = batch;
        heapBytes += batch.spans().heapBytes();
        spans += batch.storedSpans();
        newTraces += tracesNew;
        for (int group = 0; group < batch.groups().size(); group++) {
            times.add(batch.groups().start(group), batch.groups().end(group));
        }
        lastSequence = sequence;
        count = at + 1;
    }

    /** Notes a request that added nothing: the log no longer needs it once this chunk is flushed. */
    void cover(long sequence) {
        lastSequence = sequence;
    }

    /** The time its spans cover. */
    Interval times() {
        return times;
    }

    /** Batches published so far; read before {@link #published()}. */
    int count() {
        return count;
    }

    HeadBatch[] published() {
        return published;
    }

    /** Whether nothing was appended, not even a repeat. */
    boolean isEmpty() {
        return lastSequence == 0;
    }

    long heapBytes() {
        return heapBytes;
    }

    long spans() {
        return spans;
    }

    /** Traces of which nothing was stored anywhere before this chunk. */
    long newTraces() {
        return newTraces;
    }

    /** Log sequence number of the last batch. */
    long lastSequence() {
        return lastSequence;
    }

    long openedAt() {
        return openedAt;
    }

    /** Takes a reference. Only while the chunk is part of the current state. */
    synchronized void retain() {
        references++;
    }

    /** Gives a reference back; with the last one the batches return to the pool. */
    void release() {
        synchronized (this) {
            if (--references > 0) {
                return;
            }
        }
        for (HeadBatch batch : all) {
            pool.give(batch);
        }
        all.clear();
        published = new HeadBatch[0];
        pool.give(spanSet, traceSet);
    }
}

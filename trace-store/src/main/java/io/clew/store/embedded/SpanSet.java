package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.model.SpanEquality;
import io.clew.model.TraceId;
import java.util.Arrays;
import java.util.List;

/**
 * Where the spans of one chunk stand, by (trace id, span id): finds the candidates a new span may repeat. Holds
 * (batch, row) references only. For the committer's thread.
 */
final class SpanSet {
    private long[] table = new long[1 << 10];
    private int size;

    void clear() {
        if (size > 0) {
            Arrays.fill(table, 0);
            size = 0;
        }
    }

    /**
     * Whether an equal span is stored.
     *
     * @param batches of the chunk
     * @param newest the batch being settled; may be the chunk's next one, not yet in {@code batches}
     */
    boolean contains(List<HeadBatch> batches, HeadBatch newest, int row) {
        int mask = table.length - 1;
        SpanBatch spans = newest.spans();
        long spanId = spans.spanId(row);
        int slot = slot(spans.traceIdLow(row), spanId) & mask;
        for (long entry; (entry = table[slot]) != 0; slot = slot + 1 & mask) {
            HeadBatch other = batch(entry, batches, newest);
            int otherRow = (int) entry - 1;
            if (other.spans().spanId(otherRow) == spanId
                    && !other.repeats().marked(otherRow)
                    && SpanEquality.equal(other.spans(), otherRow, spans, row)) {
                return true;
            }
        }
        return false;
    }

    /** Adds a row of the batch being settled, which will have this number in the chunk. */
    void add(List<HeadBatch> batches, int number, HeadBatch newest, int row) {
        if (2 * (size + 1) > table.length) {
            grow(batches, newest);
        }
        put(table, slot(newest.spans(), row), (long) number << 32 | row + 1);
        size++;
    }

    private void grow(List<HeadBatch> batches, HeadBatch newest) {
        long[] wider = new long[table.length * 2];
        for (long entry : table) {
            if (entry != 0) {
                put(wider, slot(batch(entry, batches, newest).spans(), (int) entry - 1), entry);
            }
        }
        table = wider;
    }

    private static HeadBatch batch(long entry, List<HeadBatch> batches, HeadBatch newest) {
        int number = (int) (entry >>> 32);
        return number < batches.size() ? batches.get(number) : newest;
    }

    private static int slot(SpanBatch batch, int row) {
        return slot(batch.traceIdLow(row), batch.spanId(row));
    }

    private static void put(long[] table, int hash, long entry) {
        int mask = table.length - 1;
        int slot = hash & mask;
        while (table[slot] != 0) {
            slot = slot + 1 & mask;
        }
        table[slot] = entry;
    }

    private static int slot(long traceLow, long spanId) {
        return (int) TraceId.mix(traceLow ^ Long.rotateLeft(spanId, 29));
    }
}

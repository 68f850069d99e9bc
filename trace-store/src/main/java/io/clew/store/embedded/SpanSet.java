package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.model.SpanEquality;
import io.clew.model.TraceId;
import java.util.Arrays;
import java.util.List;

/**
 * Where the spans of one chunk stand, by (trace id, span id): finds the candidates a new span may repeat. Holds references
 * only: 16 bits of hash, by which nearly all others are passed over without being looked at, batch (22 bits) and row (26
 * bits). For the committer's thread.
 */
final class SpanSet {
    private static final long TAG = 0xFFFFL << 48;
    private static final int ROW_BITS = 26;
    /** Batches a chunk may have. */
    static final int MOST_BATCHES = 1 << 48 - ROW_BITS;

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
        return table[slotFor(batches, newest, row, hash(newest.spans(), row))] != 0;
    }

    /** Adds a row of the batch being settled, which will have this number in the chunk, unless an equal span is stored. */
    boolean addIfNew(List<HeadBatch> batches, int number, HeadBatch newest, int row) {
        long hash = hash(newest.spans(), row);
        int slot = slotFor(batches, newest, row, hash);
        if (table[slot] != 0) {
            return false;
        }
        table[slot] = hash & TAG | (long) number << ROW_BITS | row + 1;
        if (2 * ++size > table.length) {
            grow(batches, newest);
        }
        return true;
    }

    /** The slot of the equal span, or the empty one where the row would go. */
    private int slotFor(List<HeadBatch> batches, HeadBatch newest, int row, long hash) {
        int mask = table.length - 1;
        int slot = (int) hash & mask;
        for (long entry; (entry = table[slot]) != 0; slot = slot + 1 & mask) {
            if (((entry ^ hash) & TAG) == 0) {
                HeadBatch other = batch(entry, batches, newest);
                int otherRow = row(entry);
                if (!other.repeats().marked(otherRow)
                        && SpanEquality.equal(other.spans(), otherRow, newest.spans(), row)) {
                    break;
                }
            }
        }
        return slot;
    }

    private void grow(List<HeadBatch> batches, HeadBatch newest) {
        long[] wider = new long[table.length * 2];
        int mask = wider.length - 1;
        for (long entry : table) {
            if (entry != 0) {
                int slot = (int) hash(batch(entry, batches, newest).spans(), row(entry)) & mask;
                while (wider[slot] != 0) {
                    slot = slot + 1 & mask;
                }
                wider[slot] = entry;
            }
        }
        table = wider;
    }

    private static HeadBatch batch(long entry, List<HeadBatch> batches, HeadBatch newest) {
        int number = (int) ((entry & ~TAG) >>> ROW_BITS);
        return number < batches.size() ? batches.get(number) : newest;
    }

    private static int row(long entry) {
        return (int) (entry & (1L << ROW_BITS) - 1) - 1;
    }

    private static long hash(SpanBatch batch, int row) {
        return TraceId.mix(batch.traceIdLow(row) ^ Long.rotateLeft(batch.spanId(row), 29));
    }
}

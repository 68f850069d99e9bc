package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import java.util.Arrays;

/**
 * The traces of one chunk, numbered from 0, each with all its pieces: the intervals and the rows that blocks take. A piece is
 * the rows of one trace in one batch. It is all in arrays that are used again for the next chunk, since a chunk's worth of
 * objects, which live as long as a flush, would fill the old generation. For one thread.
 */
final class ChunkTraces {
    private static final int END = -1;

    private HeadBatch[] batches = new HeadBatch[0];
    private int[] table = new int[1024];

    private int size;
    private long[] high = new long[256];
    private long[] low = new long[256];
    private long[] start = new long[256];
    private long[] end = new long[256];
    private boolean[] continued = new boolean[256];
    private int[] firstPiece = new int[256];
    private int[] lastPiece = new int[256];

    private int pieces;
    private int[] batchOf = new int[1024];
    private int[] groupOf = new int[1024];
    private int[] nextPiece = new int[1024];

    /** Collects what is in the chunk, which must not grow any more and must be kept until {@link #clear}. */
    void collect(HeadChunk chunk) {
        clear();
        batches = chunk.published();
        for (int batch = 0; batch < chunk.count(); batch++) {
            TraceGroups groups = batches[batch].groups();
            for (int group = 0; group < groups.size(); group++) {
                int trace = traceOf(groups.high(group), groups.low(group));
                add(trace, groups.start(group), groups.end(group));
                addPiece(trace, batch, group);
            }
        }
    }

    /** Lets go of the chunk. */
    void clear() {
        batches = new HeadBatch[0];
        Arrays.fill(table, 0);
        size = 0;
        pieces = 0;
    }

    int size() {
        return size;
    }

    long high(int trace) {
        return high[trace];
    }

    long low(int trace) {
        return low[trace];
    }

    TraceId id(int trace) {
        return new TraceId(high[trace], low[trace]);
    }

    /** Smallest valid start of the chunk's spans and of what was added, or {@link SpanBatch#NO_TIME}. */
    long start(int trace) {
        return start[trace];
    }

    /** Largest valid time of the chunk's spans and of what was added, or {@link SpanBatch#NO_TIME}. */
    long end(int trace) {
        return end[trace];
    }

    /** Whether spans of it stand in blocks already. */
    boolean continued(int trace) {
        return continued[trace];
    }

    /** Notes a piece that stands in a block: the trace is known to cover its interval too. */
    void addStored(int trace, long otherStart, long otherEnd) {
        add(trace, otherStart, otherEnd);
        continued[trace] = true;
    }

    /** Its first piece, in the order of appending; no trace is without. */
    int firstPiece(int trace) {
        return firstPiece[trace];
    }

    /** The next piece of the same trace, or a negative number. */
    int nextPiece(int piece) {
        return nextPiece[piece];
    }

    HeadBatch batch(int piece) {
        return batches[batchOf[piece]];
    }

    /** Its group in the {@link TraceGroups} of its batch. */
    int group(int piece) {
        return groupOf[piece];
    }

    /** The order of blocks: by start, then by id. */
    int compare(int trace, int other) {
        int byStart = Long.compare(start[trace], start[other]);
        return byStart != 0 ? byStart : id(trace).compareTo(id(other));
    }

    private void add(int trace, long otherStart, long otherEnd) {
        if (otherStart != SpanBatch.NO_TIME) {
            start[trace] = start[trace] == SpanBatch.NO_TIME ? otherStart : Math.min(start[trace], otherStart);
        }
        end[trace] = Math.max(end[trace], otherEnd);
    }

    private int traceOf(long traceHigh, long traceLow) {
        int slot = slot(traceHigh, traceLow);
        if (table[slot] != 0) {
            return table[slot] - 1;
        }
        if (size == low.length) {
            int wider = 2 * size;
            high = Arrays.copyOf(high, wider);
            low = Arrays.copyOf(low, wider);
            start = Arrays.copyOf(start, wider);
            end = Arrays.copyOf(end, wider);
            continued = Arrays.copyOf(continued, wider);
            firstPiece = Arrays.copyOf(firstPiece, wider);
            lastPiece = Arrays.copyOf(lastPiece, wider);
        }
        high[size] = traceHigh;
        low[size] = traceLow;
        start[size] = SpanBatch.NO_TIME;
        end[size] = SpanBatch.NO_TIME;
        continued[size] = false;
        firstPiece[size] = END;
        table[slot] = ++size;
        if (2 * size > table.length) {
            rehash();
        }
        return size - 1;
    }

    /** Where the trace is in the table, or the free slot where it would be. */
    private int slot(long traceHigh, long traceLow) {
        int mask = table.length - 1;
        int slot = (int) TraceId.mix(traceLow) & mask;
        for (int entry; (entry = table[slot]) != 0; slot = slot + 1 & mask) {
            if (low[entry - 1] == traceLow && high[entry - 1] == traceHigh) {
                break;
            }
        }
        return slot;
    }

    private void rehash() {
        table = new int[2 * table.length];
        for (int trace = 0; trace < size; trace++) {
            table[slot(high[trace], low[trace])] = trace + 1;
        }
    }

    private void addPiece(int trace, int batch, int group) {
        if (pieces == nextPiece.length) {
            batchOf = Arrays.copyOf(batchOf, 2 * pieces);
            groupOf = Arrays.copyOf(groupOf, 2 * pieces);
            nextPiece = Arrays.copyOf(nextPiece, 2 * pieces);
        }
        batchOf[pieces] = batch;
        groupOf[pieces] = group;
        nextPiece[pieces] = END;
        if (firstPiece[trace] == END) {
            firstPiece[trace] = pieces;
        } else {
            nextPiece[lastPiece[trace]] = pieces;
        }
        lastPiece[trace] = pieces++;
    }
}

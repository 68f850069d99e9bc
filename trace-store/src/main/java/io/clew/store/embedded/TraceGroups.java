package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import java.util.Arrays;

/**
 * The rows of one batch grouped by trace: groups in the order of first appearance, rows within a group in batch order.
 * Reusable; allocates only to grow. One writer ({@link #build}), then any number of readers.
 */
final class TraceGroups implements Names.RowSource {
    private long[] high = new long[16];
    private long[] low = new long[16];
    private long[] start = new long[16];
    private long[] end = new long[16];
    private boolean[] continued = new boolean[16];
    private int[] first = new int[17];
    private int[] rows = new int[16];
    private int[] groupOf = new int[16];
    private int[] table = new int[32];
    private int size;

    /** Groups the rows that {@code skip} does not mark. */
    void build(SpanBatch batch, RowMarks skip) {
        int spans = batch.spanCount();
        size = 0;
        if (groupOf.length < spans) {
            groupOf = new int[Math.max(spans, 2 * groupOf.length)];
            rows = new int[groupOf.length];
        }
        int slots = Math.max(32, Integer.highestOneBit(Math.max(1, spans)) * 4);
        if (table.length < slots || table.length > 8 * slots) {
            table = new int[slots];
        } else {
            Arrays.fill(table, 0);
        }
        for (int row = 0; row < spans; row++) {
            groupOf[row] = skip.marked(row) ? -1 : add(batch, row);
        }
        int at = 0;
        for (int group = 0; group < size; group++) {
            int count = first[group];
            first[group] = at;
            at += count;
        }
        for (int row = 0; row < spans; row++) {
            if (groupOf[row] >= 0) {
                rows[first[groupOf[row]]++] = row;
            }
        }
        for (int group = size; group > 0; group--) {
            first[group] = first[group - 1];
        }
        first[0] = 0;
    }

    private int add(SpanBatch batch, int row) {
        int group = groupFor(batch.traceIdHigh(row), batch.traceIdLow(row));
        first[group]++;
        if (batch.validStart(row)) {
            long nanos = batch.start(row);
            start[group] = start[group] == SpanBatch.NO_TIME ? nanos : Math.min(start[group], nanos);
            end[group] = Math.max(end[group], nanos);
        }
        if (batch.validEnd(row)) {
            end[group] = Math.max(end[group], batch.end(row));
        }
        return group;
    }

    private int groupFor(long traceHigh, long traceLow) {
        int mask = table.length - 1;
        int slot = (int) TraceId.mix(traceLow) & mask;
        for (int entry; (entry = table[slot]) != 0; slot = slot + 1 & mask) {
            if (low[entry - 1] == traceLow && high[entry - 1] == traceHigh) {
                return entry - 1;
            }
        }
        if (size == low.length) {
            int wider = size * 2;
            high = Arrays.copyOf(high, wider);
            low = Arrays.copyOf(low, wider);
            start = Arrays.copyOf(start, wider);
            end = Arrays.copyOf(end, wider);
            continued = Arrays.copyOf(continued, wider);
            first = Arrays.copyOf(first, wider + 1);
        }
        high[size] = traceHigh;
        low[size] = traceLow;
        start[size] = SpanBatch.NO_TIME;
        end[size] = SpanBatch.NO_TIME;
        continued[size] = false;
        first[size] = 0;
        table[slot] = size + 1;
        return size++;
    }

    int size() {
        return size;
    }

    /** The group of this trace, or -1. */
    int find(long traceHigh, long traceLow) {
        int mask = table.length - 1;
        int slot = (int) TraceId.mix(traceLow) & mask;
        for (int entry; (entry = table[slot]) != 0; slot = slot + 1 & mask) {
            if (low[entry - 1] == traceLow && high[entry - 1] == traceHigh) {
                return entry - 1;
            }
        }
        return -1;
    }

    long high(int group) {
        return high[group];
    }

    long low(int group) {
        return low[group];
    }

    TraceId id(int group) {
        return new TraceId(high[group], low[group]);
    }

    /** Smallest valid start of the group's rows, or {@link SpanBatch#NO_TIME}. */
    long start(int group) {
        return start[group];
    }

    /** Largest valid time of the group's rows, or {@link SpanBatch#NO_TIME}. */
    long end(int group) {
        return end[group];
    }

    /** Whether spans of this trace were stored earlier, outside of the chunk this batch is in. */
    boolean continued(int group) {
        return continued[group];
    }

    void markContinued(int group) {
        continued[group] = true;
    }

    /** The group's rows stand at {@code row(from(group))} to {@code row(to(group) - 1)}. */
    int from(int group) {
        return first[group];
    }

    int to(int group) {
        return first[group + 1];
    }

    @Override
    public int row(int index) {
        return rows[index];
    }

    /** All rows grouped. */
    @Override
    public int rows() {
        return first[size];
    }
}

package io.clew.store.embedded;

import io.clew.model.TraceId;
import java.util.Arrays;

/** The ids of the traces in one chunk, and of which of them pieces stood elsewhere when they came. For the committer's thread. */
final class TraceSet {
    private long[] high = new long[256];
    private long[] low = new long[256];
    private boolean[] elsewhere = new boolean[256];
    private int[] table = new int[512];
    private int size;

    void clear() {
        if (size > 0) {
            Arrays.fill(table, 0);
            size = 0;
        }
    }

    boolean contains(long traceHigh, long traceLow) {
        return table[slot(traceHigh, traceLow)] != 0;
    }

    /** Whether the trace is here and came with nothing of it stored elsewhere. */
    boolean isWhole(long traceHigh, long traceLow) {
        int entry = table[slot(traceHigh, traceLow)];
        return entry != 0 && !elsewhere[entry - 1];
    }

    /** Adds the trace; false, and nothing changes, when it is here already. */
    boolean add(long traceHigh, long traceLow, boolean standsElsewhere) {
        int slot = slot(traceHigh, traceLow);
        if (table[slot] != 0) {
            return false;
        }
        if (size == low.length) {
            high = Arrays.copyOf(high, size * 2);
            low = Arrays.copyOf(low, size * 2);
            elsewhere = Arrays.copyOf(elsewhere, size * 2);
        }
        high[size] = traceHigh;
        low[size] = traceLow;
        elsewhere[size] = standsElsewhere;
        table[slot] = ++size;
        if (2 * size > table.length) {
            table = new int[table.length * 2];
            for (int i = 0; i < size; i++) {
                table[slot(high[i], low[i])] = i + 1;
            }
        }
        return true;
    }

    int size() {
        return size;
    }

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
}

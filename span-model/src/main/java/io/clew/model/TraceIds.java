package io.clew.model;

import java.util.Arrays;
import java.util.Collection;

/** Distinct trace ids, numbered from 0 in the order added. Allocates only to grow. One writer, then any number of readers. */
public final class TraceIds {
    private long[] high = new long[64];
    private long[] low = new long[64];
    private int[] table = new int[256];
    private int size;

    /** Forgets all and keeps the memory. */
    public void clear() {
        if (size > 0) {
            Arrays.fill(table, 0);
            size = 0;
        }
    }

    public static TraceIds of(Collection<TraceId> ids) {
        TraceIds all = new TraceIds();
        ids.forEach(id -> all.add(id.high(), id.low()));
        return all;
    }

    /** The number of an id, new or known; one that is new is {@link #size} of before. */
    public int add(long idHigh, long idLow) {
        int slot = slot(idHigh, idLow);
        if (table[slot] != 0) {
            return table[slot] - 1;
        }
        if (size == low.length) {
            high = Arrays.copyOf(high, 2 * size);
            low = Arrays.copyOf(low, 2 * size);
        }
        high[size] = idHigh;
        low[size] = idLow;
        table[slot] = ++size;
        if (2 * size > table.length) {
            table = new int[4 * table.length];
            for (int i = 0; i < size; i++) {
                table[slot(high[i], low[i])] = i + 1;
            }
        }
        return size - 1;
    }

    /** The number of an id, or -1 when it is not here. */
    public int find(long idHigh, long idLow) {
        return table[slot(idHigh, idLow)] - 1;
    }

    /** Where the id is in the table, or the free slot where it would be. */
    private int slot(long idHigh, long idLow) {
        int mask = table.length - 1;
        int slot = (int) TraceId.mix(idLow) & mask;
        for (int entry; (entry = table[slot]) != 0; slot = slot + 1 & mask) {
            if (low[entry - 1] == idLow && high[entry - 1] == idHigh) {
                break;
            }
        }
        return slot;
    }

    public int size() {
        return size;
    }

    public long high(int number) {
        return high[number];
    }

    public long low(int number) {
        return low[number];
    }

    public TraceId id(int number) {
        return new TraceId(high[number], low[number]);
    }
}

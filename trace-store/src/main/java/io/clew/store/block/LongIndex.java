package io.clew.store.block;

import java.util.Arrays;

/** Distinct longs, numbered from 0 in the order of their first appearance. Reusable; clearing costs what it held. */
final class LongIndex {
    private long[] keys = new long[64];
    private int[] slots = new int[64];
    private int[] table = new int[128];
    private int size;

    void clear() {
        for (int i = 0; i < size; i++) {
            table[slots[i]] = 0;
        }
        size = 0;
    }

    int size() {
        return size;
    }

    long key(int number) {
        return keys[number];
    }

    /** The number of the key, new or known. */
    int add(long key) {
        int slot = slot(key);
        if (table[slot] != 0) {
            return table[slot] - 1;
        }
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, 2 * size);
            slots = Arrays.copyOf(slots, 2 * size);
        }
        keys[size] = key;
        slots[size] = slot;
        table[slot] = ++size;
        if (2 * size > table.length) {
            table = new int[2 * table.length];
            for (int i = 0; i < size; i++) {
                slots[i] = slot(keys[i]);
                table[slots[i]] = i + 1;
            }
        }
        return size - 1;
    }

    /** The number of the key, or -1. */
    int find(long key) {
        return table[slot(key)] - 1;
    }

    private int slot(long key) {
        int mask = table.length - 1;
        long h = key * 0x9E3779B97F4A7C15L;
        int slot = (int) (h ^ h >>> 32) & mask;
        while (table[slot] != 0 && keys[table[slot] - 1] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}

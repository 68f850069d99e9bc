package io.clew.store.block;

import java.util.Arrays;

/** Distinct lists of ints, numbered in the order of their first appearance, with how often each was interned. Reusable. */
final class IntLists {
    private int[] items = new int[256];
    private int[] ends = new int[64];
    private int[] hashes = new int[64];
    private int[] uses = new int[64];
    private int[] table = new int[128];
    private int size;

    void clear() {
        Arrays.fill(table, 0);
        size = 0;
    }

    int size() {
        return size;
    }

    int from(int id) {
        return id == 0 ? 0 : ends[id - 1];
    }

    int to(int id) {
        return ends[id];
    }

    /** Item at a position between {@link #from} and {@link #to} of a list. */
    int item(int position) {
        return items[position];
    }

    /** How often the list was interned. */
    int uses(int id) {
        return uses[id];
    }

    int intern(int[] list, int length) {
        return intern(list, length, 1);
    }

    /** As {@link #intern(int[], int)}, for {@code times} times. */
    int intern(int[] list, int length, int times) {
        int hash = hash(list, length);
        int mask = table.length - 1;
        int slot = hash & mask;
        for (int entry; (entry = table[slot]) != 0; slot = slot + 1 & mask) {
            int id = entry - 1;
            if (hashes[id] == hash && Arrays.equals(items, from(id), ends[id], list, 0, length)) {
                uses[id] += times;
                return id;
            }
        }
        int start = size == 0 ? 0 : ends[size - 1];
        if (items.length - start < length) {
            items = Arrays.copyOf(items, Math.max(2 * items.length, Math.addExact(start, length)));
        }
        System.arraycopy(list, 0, items, start, length);
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, 2 * size);
            hashes = Arrays.copyOf(hashes, 2 * size);
            uses = Arrays.copyOf(uses, 2 * size);
        }
        ends[size] = start + length;
        hashes[size] = hash;
        uses[size] = times;
        table[slot] = ++size;
        if (2 * size > table.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        int[] wider = new int[2 * table.length];
        int mask = wider.length - 1;
        for (int id = 0; id < size; id++) {
            int slot = hashes[id] & mask;
            while (wider[slot] != 0) {
                slot = slot + 1 & mask;
            }
            wider[slot] = id + 1;
        }
        table = wider;
    }

    private static int hash(int[] list, int length) {
        long h = length;
        int i = 0;
        for (; i + 1 < length; i += 2) {
            h = (h ^ ((long) list[i] << 32 | list[i + 1] & 0xFFFFFFFFL)) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 32;
        }
        if (i < length) {
            h = (h ^ list[i]) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 32;
        }
        return (int) (h ^ h >>> 17);
    }
}

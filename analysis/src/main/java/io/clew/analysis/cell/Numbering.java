package io.clew.analysis.cell;

import java.util.Arrays;

/**
 * Keys of a few ints, numbered from 0 in the order of their first appearance. Allocates to grow, and to shrink after much
 * larger ones. Not thread-safe.
 */
public final class Numbering {
    private final int width;
    private int[] keys;
    private int[] slots = new int[128];
    private int size;

    /** @param width ints of a key */
    public Numbering(int width) {
        this.width = width;
        this.keys = new int[64 * width];
    }

    public void clear() {
        if (slots.length > 64 * Math.max(2, size)) {
            slots = new int[128];
        } else if (size > 0) {
            Arrays.fill(slots, 0);
        }
        size = 0;
    }

    /** The number of a key, new or known; one that is new is {@link #size} of before. */
    public int of(int[] key) {
        int mask = slots.length - 1;
        int slot = hash(key, 0) & mask;
        for (int entry; (entry = slots[slot]) != 0; slot = slot + 1 & mask) {
            if (Arrays.equals(keys, (entry - 1) * width, entry * width, key, 0, width)) {
                return entry - 1;
            }
        }
        if ((size + 1) * width > keys.length) {
            keys = Arrays.copyOf(keys, 2 * keys.length);
        }
        System.arraycopy(key, 0, keys, size * width, width);
        slots[slot] = ++size;
        if (2 * size > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        slots = new int[2 * slots.length];
        int mask = slots.length - 1;
        for (int number = 0; number < size; number++) {
            int slot = hash(keys, number * width) & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = number + 1;
        }
    }

    private int hash(int[] array, int from) {
        long h = 0;
        for (int i = from; i < from + width; i++) {
            h = (h ^ array[i]) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 29;
        }
        return (int) (h ^ h >>> 32);
    }

    public int size() {
        return size;
    }

    /** A part of the key of a number. */
    public int key(int number, int part) {
        return keys[number * width + part];
    }
}

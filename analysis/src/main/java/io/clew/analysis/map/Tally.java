package io.clew.analysis.map;

import java.util.Arrays;

/** Counts by key of a few ints, for one trace: found again without allocating. Reusable. */
final class Tally {
    private final int width;
    private int[] keys;
    private long[] counts = new long[64];
    private long[] errors = new long[64];
    private int[] slots = new int[128];
    private int size;

    Tally(int width) {
        this.width = width;
        this.keys = new int[64 * width];
    }

    void clear() {
        Arrays.fill(slots, 0);
        size = 0;
    }

    /** Counts once more under the key. Returns the entry's number. */
    int add(int[] key, boolean error) {
        int entry = find(key);
        count(entry, error);
        return entry;
    }

    void count(int entry, boolean error) {
        counts[entry]++;
        errors[entry] += error ? 1 : 0;
    }

    /** The entry of a key, made if need be. */
    private int find(int[] key) {
        int mask = slots.length - 1;
        int slot = hash(key, 0) & mask;
        for (int entry; (entry = slots[slot]) != 0; slot = slot + 1 & mask) {
            if (Arrays.equals(keys, (entry - 1) * width, entry * width, key, 0, width)) {
                return entry - 1;
            }
        }
        if (size == counts.length) {
            keys = Arrays.copyOf(keys, 2 * keys.length);
            counts = Arrays.copyOf(counts, 2 * size);
            errors = Arrays.copyOf(errors, 2 * size);
        }
        System.arraycopy(key, 0, keys, size * width, width);
        counts[size] = 0;
        errors[size] = 0;
        slots[slot] = ++size;
        if (2 * size > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        slots = new int[2 * slots.length];
        int mask = slots.length - 1;
        for (int entry = 0; entry < size; entry++) {
            int slot = hash(keys, entry * width) & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = entry + 1;
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

    int size() {
        return size;
    }

    int key(int entry, int part) {
        return keys[entry * width + part];
    }

    long count(int entry) {
        return counts[entry];
    }

    long errors(int entry) {
        return errors[entry];
    }
}

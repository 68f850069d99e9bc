package io.clew.analysis.cell;

import java.util.Arrays;

/**
 * Small numbers by longs that stand for something longer, so that what comes again and again need not be looked up by all
 * of it. Not thread-safe.
 */
public final class LongMap {
    private long[] keys = new long[256];
    /** Number + 1; 0 is free. */
    private int[] numbers = new int[256];

    private int size;

    public void clear() {
        if (size > 0) {
            Arrays.fill(numbers, 0);
            size = 0;
        }
    }

    /** The number put for a key, or -1. */
    public int get(long key) {
        int mask = keys.length - 1;
        for (int slot = slot(key) & mask; ; slot = slot + 1 & mask) {
            int number = numbers[slot];
            if (number == 0 || keys[slot] == key) {
                return number - 1;
            }
        }
    }

    /** Puts a number for a key that has none. */
    public void put(long key, int number) {
        insert(key, number + 1);
        if (2 * ++size > keys.length) {
            long[] oldKeys = keys;
            int[] oldNumbers = numbers;
            keys = new long[2 * oldKeys.length];
            numbers = new int[2 * oldKeys.length];
            for (int i = 0; i < oldKeys.length; i++) {
                if (oldNumbers[i] != 0) {
                    insert(oldKeys[i], oldNumbers[i]);
                }
            }
        }
    }

    private void insert(long key, int value) {
        int mask = keys.length - 1;
        int slot = slot(key) & mask;
        while (numbers[slot] != 0) {
            slot = slot + 1 & mask;
        }
        keys[slot] = key;
        numbers[slot] = value;
    }

    private static int slot(long key) {
        return (int) (key * 0x9E3779B97F4A7C15L >>> 32);
    }
}

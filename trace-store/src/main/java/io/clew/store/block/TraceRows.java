package io.clew.store.block;

import java.util.Arrays;

/** The spans of the trace being added: where they stand, sorted by start. Reusable. */
final class TraceRows {
    private RowSource[] sources = new RowSource[64];
    private int[] rows = new int[64];
    private int[] order = new int[64];
    private int[] spare = new int[64];
    private int size;

    void clear() {
        Arrays.fill(sources, 0, size, null);
        size = 0;
    }

    int size() {
        return size;
    }

    void add(RowSource source, int row) {
        if (size == rows.length) {
            sources = Arrays.copyOf(sources, 2 * size);
            rows = Arrays.copyOf(rows, 2 * size);
            order = new int[2 * size];
            spare = new int[2 * size];
        }
        sources[size] = source;
        rows[size++] = row;
    }

    /** Sorts by the 64 bits of the start, unsigned; spans of equal start stay in the order added. */
    void sort() {
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        int run = 16;
        for (int from = 0; from < size; from += run) {
            insertionSort(from, Math.min(size, from + run));
        }
        for (; run < size; run *= 2) {
            for (int from = 0; from + run < size; from += 2 * run) {
                merge(from, from + run, Math.min(size, from + 2 * run));
            }
        }
    }

    private void insertionSort(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            int moving = order[i];
            long key = start(moving);
            int at = i;
            while (at > from && Long.compareUnsigned(start(order[at - 1]), key) > 0) {
                order[at] = order[--at];
            }
            order[at] = moving;
        }
    }

    private void merge(int from, int middle, int to) {
        System.arraycopy(order, from, spare, from, middle - from);
        int left = from;
        int right = middle;
        for (int at = from; left < middle; at++) {
            boolean takeRight = right < to && Long.compareUnsigned(start(order[right]), start(spare[left])) < 0;
            order[at] = takeRight ? order[right++] : spare[left++];
        }
    }

    private long start(int index) {
        return sources[index].start(rows[index]);
    }

    /** Where the span that comes {@code i}-th stands. */
    RowSource source(int i) {
        return sources[order[i]];
    }

    int row(int i) {
        return rows[order[i]];
    }
}

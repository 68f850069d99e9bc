package io.clew.analysis.cell;

import java.util.Arrays;

/** How often each of a range of small numbers was seen: a window of counts that grows with what is added. Not thread-safe. */
final class Counts {
    private static final long[] NONE = {};
    private static final int STEP = 8;

    private long[] counts = NONE;
    private int first;

    /** Adds {@code times} to the count of {@code index}. */
    void add(int index, long times) {
        int at = index - first;
        if (at < 0 || at >= counts.length) {
            grow(index);
            at = index - first;
        }
        counts[at] += times;
    }

    void clear() {
        counts = NONE;
        first = 0;
    }

    void addAll(Counts other) {
        if (other.counts.length == 0) {
            return;
        }
        reserve(other.first, other.to());
        int shift = other.first - first;
        for (int i = 0; i < other.counts.length; i++) {
            counts[shift + i] += other.counts[i];
        }
    }

    private void grow(int index) {
        int room = STEP + counts.length / 2;
        reserve(
                counts.length == 0 || index >= first ? index : Math.max(0, index - room),
                counts.length == 0 || index < first ? index + 1 : index + room);
    }

    /** Widens the window to hold {@code from} to {@code to - 1}, in whole steps. */
    private void reserve(int from, int to) {
        int begin = from / STEP * STEP;
        int end = (to + STEP - 1) / STEP * STEP;
        if (counts.length == 0) {
            first = begin;
            counts = new long[end - begin];
            return;
        }
        begin = Math.min(begin, first);
        end = Math.max(end, to());
        if (begin < first || end > to()) {
            long[] wider = new long[end - begin];
            System.arraycopy(counts, 0, wider, first - begin, counts.length);
            counts = wider;
            first = begin;
        }
    }

    long get(int index) {
        int at = index - first;
        return at < 0 || at >= counts.length ? 0 : counts[at];
    }

    /** No index below has a count; indexes from {@link #to()} on have none either. */
    int from() {
        return first;
    }

    int to() {
        return first + counts.length;
    }

    long largest() {
        return Arrays.stream(counts).max().orElse(0);
    }

    /** Writes the number of distinct indexes, then of each its distance to the one before and its count. */
    void write(CellWriter out) {
        int distinct = 0;
        for (long count : counts) {
            distinct += count == 0 ? 0 : 1;
        }
        out.varint(distinct);
        int last = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                out.varint(first + i - last);
                out.varint(counts[i]);
                last = first + i;
            }
        }
    }

    /** Reads what {@link #write} wrote; indexes must be below {@code bound}. */
    static Counts read(CellReader in, int bound) {
        Counts counts = new Counts();
        int distinct = in.count(bound);
        int[] indexes = new int[distinct];
        long[] times = new long[distinct];
        int index = 0;
        for (int i = 0; i < distinct; i++) {
            int step = in.count(bound);
            if (i > 0 && step == 0) {
                throw in.wrong("a count stands twice");
            }
            index += step;
            if (index >= bound) {
                throw in.wrong("a count of " + index + ", which is not below " + bound);
            }
            indexes[i] = index;
            times[i] = in.positive();
        }
        if (distinct > 0) {
            counts.reserve(indexes[0], index + 1);
        }
        for (int i = 0; i < distinct; i++) {
            counts.add(indexes[i], times[i]);
        }
        return counts;
    }
}

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
        for (int i = 0; i < other.counts.length; i++) {
            if (other.counts[i] != 0) {
                add(other.first + i, other.counts[i]);
            }
        }
    }

    private void grow(int index) {
        int aligned = Math.floorDiv(index, STEP) * STEP;
        if (counts.length == 0) {
            first = aligned;
            counts = new long[STEP];
            return;
        }
        int from = Math.min(first, aligned);
        int to = Math.max(first + counts.length, aligned + STEP);
        long[] wider = new long[to - from];
        System.arraycopy(counts, 0, wider, first - from, counts.length);
        counts = wider;
        first = from;
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
            counts.add(index, in.positive());
        }
        return counts;
    }
}

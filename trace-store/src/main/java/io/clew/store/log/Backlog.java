package io.clew.store.log;

import java.util.Arrays;

/**
 * How many bytes of log stand after any given sequence: the running total at each record that may still be asked for. 8
 * bytes a record; allocates only when it grows. Thread-safe.
 */
final class Backlog {
    /** Totals after the records {@code base + 1}, {@code base + 2}, ...; at {@code from} to {@code to - 1}. */
    private long[] totals = new long[256];

    private int from;
    private int to;
    private long base;
    private long totalAtBase;

    /** Starts over after record {@code sequence}. */
    synchronized void reset(long sequence) {
        from = 0;
        to = 0;
        base = sequence;
        totalAtBase = 0;
    }

    /** Notes the next record; {@code bytes} may be 0. */
    synchronized void add(long bytes) {
        if (to == totals.length) {
            int size = to - from;
            if (size > totals.length / 2) {
                totals = Arrays.copyOf(totals, totals.length * 2);
            }
            System.arraycopy(totals, from, totals, 0, size);
            from = 0;
            to = size;
        }
        totals[to] = total() + bytes;
        to++;
    }

    /** Notes that the next record is {@code sequence}: those before it are lost. */
    synchronized void skipTo(long sequence) {
        if (to == from) {
            base = sequence - 1;
        }
        while (base + (to - from) < sequence - 1) {
            add(0);
        }
    }

    /** Takes back all records after {@code sequence}. */
    synchronized void cutTo(long sequence) {
        to = Math.max(from, Math.min(to, from + (int) (sequence - base)));
    }

    /** Forgets records up to {@code covered}; nobody asks about them any more. */
    synchronized void release(long covered) {
        int count = (int) Math.max(0, Math.min(to - from, covered - base));
        if (count > 0) {
            totalAtBase = totals[from + count - 1];
            from += count;
            base += count;
        }
    }

    /** Bytes of the records after {@code covered}. */
    synchronized long after(long covered) {
        long index = covered - base;
        return index <= 0 ? total() - totalAtBase : index >= to - from ? 0 : total() - totals[from + (int) index - 1];
    }

    private long total() {
        return to == from ? totalAtBase : totals[to - 1];
    }
}

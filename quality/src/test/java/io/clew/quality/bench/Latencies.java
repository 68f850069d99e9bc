package io.clew.quality.bench;

import java.util.Arrays;
import java.util.Locale;

/** Durations in nanoseconds, kept one by one, so that percentiles are exact. Thread-safe. */
final class Latencies {
    private long[] nanos = new long[1024];
    private int count;

    synchronized void add(long duration) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = duration;
    }

    synchronized int count() {
        return count;
    }

    /** The smallest duration that at least {@code share} of all do not exceed, in milliseconds; 0 when there is none. */
    synchronized double millis(double share) {
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(share * count) - 1)] / 1e6;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f / %.2f ms", millis(0.5), millis(0.99));
    }
}

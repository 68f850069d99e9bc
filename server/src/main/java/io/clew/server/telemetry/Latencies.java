package io.clew.server.telemetry;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.DDSketches;

/**
 * Durations since start, with quantiles of at most 1 % relative error (DDSketch: Masson, Rim, Lee, VLDB 2019), in at most
 * about 16 KiB. Thread-safe.
 */
public final class Latencies {
    private static final double RELATIVE_ERROR = 0.01;
    private static final int MOST_BUCKETS = 2048;

    private final DDSketch sketch = DDSketches.logarithmicCollapsingLowestDense(RELATIVE_ERROR, MOST_BUCKETS);
    private double sumMillis;

    /**
     * Of one moment; quantiles are 0 when nothing was measured.
     *
     * @param count measured
     * @param sumMillis of all, in milliseconds
     */
    public record Summary(long count, double sumMillis, double p50Millis, double p99Millis) {}

    /**
     * Notes a duration that was measured so many times.
     *
     * @param nanos negative ones, which only clocks that disagree make, count as 0
     */
    public synchronized void add(long nanos, long times) {
        double millis = Math.max(0, nanos) / 1e6;
        sketch.accept(millis, (double) times);
        sumMillis += millis * (double) times;
    }

    public synchronized Summary summary() {
        if (sketch.isEmpty()) {
            return new Summary(0, 0, 0, 0);
        }
        return new Summary(
                Math.round(sketch.getCount()),
                sumMillis,
                sketch.getValueAtQuantile(0.5),
                sketch.getValueAtQuantile(0.99));
    }
}

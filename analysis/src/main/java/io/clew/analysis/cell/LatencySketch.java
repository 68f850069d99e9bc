package io.clew.analysis.cell;

/**
 * Durations in nanoseconds, kept so that every quantile is within 1 % of a true one; count, sum, smallest and largest are
 * exact. A DDSketch (Masson, Rim, Lee: "DDSketch", VLDB 2019) of fixed accuracy whose counts and bucket bounds are whole
 * numbers ({@link Buckets}): merging is adding, so any order of adding and merging gives the same sketch, bit for bit.
 * It never collapses buckets; there are at most {@link Buckets#COUNT}. The sum stops at {@link Long#MAX_VALUE}. Not
 * thread-safe.
 */
public final class LatencySketch {
    private final Counts buckets;
    private long count;
    private long sum;
    private long min = Long.MAX_VALUE;
    private long max;

    public LatencySketch() {
        this(new Counts());
    }

    private LatencySketch(Counts buckets) {
        this.buckets = buckets;
    }

    /**
     * Adds a duration.
     *
     * @param nanos not negative
     */
    public void add(long nanos) {
        buckets.add(Buckets.of(nanos), 1);
        count++;
        sum = saturated(sum, nanos);
        min = Math.min(min, nanos);
        max = Math.max(max, nanos);
    }

    /** Adds zero so many times. */
    public void addZeros(long times) {
        if (times > 0) {
            buckets.add(Buckets.of(0), times);
            count += times;
            min = 0;
        }
    }

    public void merge(LatencySketch other) {
        buckets.addAll(other.buckets);
        count += other.count;
        sum = saturated(sum, other.sum);
        min = Math.min(min, other.min);
        max = Math.max(max, other.max);
    }

    public long count() {
        return count;
    }

    public long sum() {
        return sum;
    }

    /** The smallest duration; 0 when there is none. */
    public long min() {
        return count == 0 ? 0 : min;
    }

    /** The largest duration; 0 when there is none. */
    public long max() {
        return max;
    }

    /** The mean in nanoseconds; 0 when there is none. */
    public double mean() {
        return count == 0 ? 0 : (double) sum / count;
    }

    /**
     * The duration that the share {@code q} of all is not above (nearest rank), within 1 %; 0 when there is none.
     *
     * @param q 0 to 1
     */
    public double quantile(double q) {
        if (!(q >= 0 && q <= 1)) {
            throw new IllegalArgumentException("a quantile is from 0 to 1, read " + q);
        }
        if (count == 0) {
            return 0;
        }
        long rank = Math.min(count, Math.max(1, (long) Math.ceil(q * count)));
        long seen = 0;
        for (int bucket = buckets.from(); bucket < buckets.to(); bucket++) {
            seen += buckets.get(bucket);
            if (seen >= rank) {
                return Math.clamp(Buckets.middle(bucket), (double) min, (double) max);
            }
        }
        return max;
    }

    /** How many durations are certainly or probably at most {@code nanos}: those in buckets whose middle is. */
    public long countUpTo(long nanos) {
        long seen = 0;
        for (int bucket = buckets.from(); bucket < buckets.to() && Buckets.middle(bucket) <= nanos; bucket++) {
            seen += buckets.get(bucket);
        }
        return seen;
    }

    void write(CellWriter out) {
        buckets.write(out);
        if (count > 0) {
            out.varint(sum);
            out.varint(min);
            out.varint(max - min);
        }
    }

    static LatencySketch read(CellReader in) {
        LatencySketch sketch = new LatencySketch(Counts.read(in, Buckets.COUNT));
        for (int bucket = sketch.buckets.from(); bucket < sketch.buckets.to(); bucket++) {
            sketch.count += sketch.buckets.get(bucket);
        }
        if (sketch.count < 0) {
            throw in.wrong("more durations than a number holds");
        }
        if (sketch.count > 0) {
            sketch.sum = in.unsigned();
            sketch.min = in.unsigned();
            sketch.max = sketch.min + in.unsigned();
            if (sketch.max < sketch.min
                    || sketch.buckets.get(Buckets.of(sketch.min)) == 0
                    || sketch.buckets.get(Buckets.of(sketch.max)) == 0) {
                throw in.wrong("smallest or largest duration is in no bucket");
            }
        }
        return sketch;
    }

    /** The sum of two numbers that are not negative, {@link Long#MAX_VALUE} at most. */
    static long saturated(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}

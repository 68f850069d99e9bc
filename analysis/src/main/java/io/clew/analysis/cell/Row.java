package io.clew.analysis.cell;

import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one key: sums, largest values, latency sketches, calls by second, first and last time, examples; which
 * of them by its {@link TableShape}. All merge exactly and in any order. Sums are of numbers that are not negative and stop
 * at {@link Long#MAX_VALUE}. Not thread-safe.
 */
public final class Row {
    /**
     * Seconds after its minute that a cell counts one by one. Spans that start later than this in their trace count
     * everywhere but in the peak.
     */
    public static final int SECONDS = 600;

    private final TableShape shape;
    private final long[] sums;
    private final long[] maxima;
    private final LatencySketch[] sketches;
    private final @Nullable Counts seconds;
    private long peak;
    private long first = Long.MAX_VALUE;
    private long last = SpanBatch.NO_TIME;
    private @Nullable Example typical;
    private long typicalHash;
    private @Nullable Example longest;
    private long longestDuration = -1;

    /** An empty row of a table. */
    public Row(TableShape shape) {
        this.shape = shape;
        this.sums = new long[shape.sums()];
        this.maxima = new long[shape.maxima()];
        this.sketches = new LatencySketch[shape.sketches()];
        for (int i = 0; i < sketches.length; i++) {
            sketches[i] = new LatencySketch();
        }
        this.seconds = shape.peaks() ? new Counts() : null;
    }

    public void add(int sum, long amount) {
        sums[sum] = LatencySketch.saturated(sums[sum], amount);
    }

    public void largest(int maximum, long value) {
        maxima[maximum] = Math.max(maxima[maximum], value);
    }

    /** Notes one that began so many seconds after the cell's minute. */
    public void second(long second) {
        if (seconds != null && second >= 0 && second < SECONDS) {
            seconds.add((int) second, 1);
        }
    }

    /** Notes a time at which the key was seen, epoch nanoseconds. */
    public void seen(long time) {
        first = Math.min(first, time);
        last = Math.max(last, time);
    }

    /** Offers an example: the one with the smallest hash of its ids stays, and so does the longest. */
    public void example(long high, long low, long spanId, long duration, long start) {
        long hash = Example.hash(low, spanId);
        if (typical == null || Example.precedes(hash, high, low, spanId, duration, start, typicalHash, typical)) {
            typical = new Example(new TraceId(high, low), spanId, duration, start);
            typicalHash = hash;
        }
        if (duration >= longestDuration) {
            Example known = longest;
            if (known == null
                    || duration > longestDuration
                    || Example.precedes(hash, high, low, spanId, duration, start, known.hash(), known)) {
                longest = new Example(new TraceId(high, low), spanId, duration, start);
                longestDuration = duration;
            }
        }
    }

    /** The hash below or at which an example would be the typical one; the largest unsigned number when there is none. */
    public long typicalHash() {
        return typical == null ? -1 : typicalHash;
    }

    /** The duration from which on an example would be the longest; -1 when there is none. */
    public long longestDuration() {
        return longestDuration;
    }

    private void example(Example other) {
        example(other.trace().high(), other.trace().low(), other.spanId(), other.duration(), other.start());
    }

    public long sum(int sum) {
        return sums[sum];
    }

    public long maximum(int maximum) {
        return maxima[maximum];
    }

    public LatencySketch sketch(int sketch) {
        return sketches[sketch];
    }

    /** The most that began in one second. */
    public long peak() {
        return seconds == null ? peak : Math.max(peak, seconds.largest());
    }

    /** When it was first seen, epoch nanoseconds, or {@link SpanBatch#NO_TIME}. */
    public long first() {
        return first == Long.MAX_VALUE ? SpanBatch.NO_TIME : first;
    }

    /** When it was last seen, epoch nanoseconds, or {@link SpanBatch#NO_TIME}. */
    public long last() {
        return last;
    }

    /** The example with the smallest hash: as good as drawn at random, and the same whoever asks. */
    public @Nullable Example typical() {
        return typical;
    }

    public @Nullable Example longest() {
        return longest;
    }

    /** Adds another row, exactly. */
    public void merge(Row other) {
        for (int i = 0; i < sums.length; i++) {
            add(i, other.sums[i]);
        }
        for (int i = 0; i < maxima.length; i++) {
            largest(i, other.maxima[i]);
        }
        for (int i = 0; i < sketches.length; i++) {
            sketches[i].merge(other.sketches[i]);
        }
        if (seconds != null && other.seconds != null) {
            seconds.addAll(other.seconds);
        }
        peak = Math.max(peak, other.peak);
        first = Math.min(first, other.first);
        last = Math.max(last, other.last);
        if (other.typical != null) {
            example(other.typical);
        }
        if (other.longest != null) {
            example(other.longest);
        }
    }

    /** This row and another of the same table as one. */
    public Row plus(Row other) {
        Row sum = new Row(shape);
        sum.merge(this);
        sum.merge(other);
        return sum;
    }

    /** Makes the peak a number that is final, and forgets the seconds it was of. */
    void seal() {
        peak = peak();
        if (seconds != null) {
            seconds.clear();
        }
    }

    void write(CellWriter out, boolean sealed) {
        for (long sum : sums) {
            out.varint(sum);
        }
        for (long maximum : maxima) {
            out.varint(maximum);
        }
        for (LatencySketch sketch : sketches) {
            sketch.write(out);
        }
        if (seconds != null) {
            if (sealed) {
                out.varint(peak());
            } else {
                seconds.write(out);
            }
        }
        if (shape.seen()) {
            out.zigzag(first);
            out.zigzag(last);
        }
        if (shape.examples()) {
            out.varint(typical == null ? 0 : 1);
            if (typical != null && longest != null) {
                typical.write(out);
                longest.write(out);
            }
        }
    }

    static Row read(CellReader in, TableShape shape, boolean sealed) {
        Row row = new Row(shape);
        for (int i = 0; i < row.sums.length; i++) {
            row.sums[i] = in.unsigned();
        }
        for (int i = 0; i < row.maxima.length; i++) {
            row.maxima[i] = in.unsigned();
        }
        for (int i = 0; i < row.sketches.length; i++) {
            row.sketches[i] = LatencySketch.read(in);
        }
        if (row.seconds != null) {
            if (sealed) {
                row.peak = in.unsigned();
            } else {
                row.seconds.addAll(Counts.read(in, SECONDS));
            }
        }
        if (shape.seen()) {
            row.first = in.zigzag();
            row.last = in.zigzag();
        }
        if (shape.examples() && in.count(1) == 1) {
            Example typical = Example.read(in);
            row.typical = typical;
            row.typicalHash = typical.hash();
            Example longest = Example.read(in);
            row.longest = longest;
            row.longestDuration = longest.duration();
        }
        return row;
    }
}

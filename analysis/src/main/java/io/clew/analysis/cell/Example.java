package io.clew.analysis.cell;

import io.clew.model.TraceId;

/**
 * A span that stands for a row: which one it was, how long it took, when it began. Which of many is kept never depends on
 * the order in which they came: the one with the smallest hash of its ids, or the longest.
 *
 * @param duration nanoseconds
 * @param start as received, epoch nanoseconds; 0 when unset
 */
public record Example(TraceId trace, long spanId, long duration, long start) {

    /** Whether {@code a} comes before {@code b} when chosen by hash. */
    static boolean precedes(
            long hash, long high, long low, long spanId, long duration, long start, long otherHash, Example other) {
        int order = Long.compareUnsigned(hash, otherHash);
        if (order == 0) {
            order = Long.compareUnsigned(low, other.trace.low());
        }
        if (order == 0) {
            order = Long.compareUnsigned(high, other.trace.high());
        }
        if (order == 0) {
            order = Long.compareUnsigned(spanId, other.spanId);
        }
        if (order == 0) {
            order = Long.compare(duration, other.duration);
        }
        return order < 0 || order == 0 && start < other.start;
    }

    /** What the choice of the typical example goes by, as an unsigned number. */
    public static long hash(long low, long spanId) {
        return TraceId.mix(low ^ Long.rotateLeft(spanId, 32));
    }

    long hash() {
        return hash(trace.low(), spanId);
    }

    void write(CellWriter out) {
        out.fixed(trace.high());
        out.fixed(trace.low());
        out.fixed(spanId);
        out.varint(duration);
        out.fixed(start);
    }

    static Example read(CellReader in) {
        return new Example(new TraceId(in.fixed(), in.fixed()), in.fixed(), in.unsigned(), in.fixed());
    }
}

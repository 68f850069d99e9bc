package io.clew.model;

/**
 * A 128-bit trace id. Ids that came with 64 bits stand left-padded: {@code high == 0}. Ordered as unsigned numbers.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record TraceId(long high, long low) implements Comparable<TraceId> {

    /**
     * Reads 1 to 32 hexadecimal digits in either case; missing leading digits are zeros.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public static TraceId parse(String text) {
        int length = text.length();
        if (length < 1 || length > 32) {
            throw new IllegalArgumentException("a trace id has 1 to 32 hexadecimal digits, read " + length);
        }
        int cut = Math.max(0, length - 16);
        return new TraceId(cut == 0 ? 0 : Hex.parse(text, 0, cut), Hex.parse(text, cut, length));
    }

    /** A well-mixed hash of the low 64 bits alone, so that 64-bit and 128-bit forms of an id meet in one bucket. */
    public static long mix(long low) {
        long h = low * 0x9E3779B97F4A7C15L;
        h ^= h >>> 32;
        h *= 0xD6E8FEB86659FD93L;
        return h ^ h >>> 29;
    }

    public boolean isZero() {
        return (high | low) == 0;
    }

    @Override
    public int compareTo(TraceId other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    /** All 32 digits, lower case. */
    @Override
    public String toString() {
        return Hex.of(high) + Hex.of(low);
    }
}

package io.clew.analysis.cell;

import java.util.Arrays;

/**
 * Where durations are told apart: bucket 0 holds 0, and bucket i the whole numbers from {@code lower(i)} to
 * {@code lower(i + 1) - 1}. Each bucket is as wide as it may be for its middle to be within 1 % of every number in it:
 * (upper - lower) / (upper + lower) <= 1 / 100, which is upper <= lower * 101 / 99. All by integer arithmetic, so that
 * every machine agrees.
 */
final class Buckets {
    private static final long[] LOWER = lowerBounds();

    /** Buckets there are, for all longs that are not negative. */
    static final int COUNT = LOWER.length - 1;

    /** By bit length and the six bits below the highest: the bucket of the smallest such number. */
    private static final short[] START = starts();

    private Buckets() {}

    private static long[] lowerBounds() {
        long[] bounds = new long[4096];
        int size = 1;
        long lower = 1;
        while (lower > 0) {
            bounds[size++] = lower;
            lower = lower + lower / 99 * 2 + lower % 99 * 2 / 99 + 1;
        }
        bounds[size++] = Long.MAX_VALUE;
        return Arrays.copyOf(bounds, size);
    }

    private static short[] starts() {
        short[] starts = new short[64 * 64];
        for (int length = 1; length < 64; length++) {
            for (int bits = 0; bits < 64; bits++) {
                long smallest = length > 6 ? (64L + bits) << length - 7 : (64L + bits) >> 7 - length;
                starts[length * 64 + bits] = (short) search(smallest);
            }
        }
        return starts;
    }

    private static int search(long value) {
        int found = Arrays.binarySearch(LOWER, 0, LOWER.length - 1, value);
        return found >= 0 ? found : -found - 2;
    }

    /** The bucket of a number that is not negative. */
    static int of(long value) {
        int length = 64 - Long.numberOfLeadingZeros(value);
        int bits = (int) (length > 6 ? value >>> length - 7 : value << 7 - length) & 63;
        int bucket = START[length * 64 + bits];
        while (bucket < COUNT - 1 && value >= LOWER[bucket + 1]) {
            bucket++;
        }
        return bucket;
    }

    static long lower(int bucket) {
        return LOWER[bucket];
    }

    /** The largest number in the bucket. */
    static long upper(int bucket) {
        return bucket == COUNT - 1 ? Long.MAX_VALUE : LOWER[bucket + 1] - 1;
    }

    /** The number whose relative distance to both ends of the bucket is the same. */
    static double middle(int bucket) {
        double lower = lower(bucket);
        double upper = upper(bucket);
        return bucket == 0 ? 0 : 2 * lower * (upper / (lower + upper));
    }
}

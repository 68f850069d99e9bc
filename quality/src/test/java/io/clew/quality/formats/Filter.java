package io.clew.quality.formats;

/** Hashes and filters of block.md. */
final class Filter {
    private final long seed;
    private final int segmentLength;
    private final int segments;
    private final byte[] fingerprints;

    Filter(Bytes in) {
        seed = in.i64();
        segmentLength = in.count();
        segments = in.count();
        fingerprints = in.take(in.count());
        Bytes.check(fingerprints.length == (segments + 2) * segmentLength, "the bytes of a filter");
    }

    boolean mayHold(long key) {
        long h = finish(key + seed);
        int first = (int) Math.unsignedMultiplyHigh(h, (long) segments * segmentLength);
        int second = first + segmentLength ^ (int) (h >>> 18) & segmentLength - 1;
        int third = first + 2 * segmentLength ^ (int) h & segmentLength - 1;
        return (byte) (h ^ h >>> 32) == (byte) (fingerprints[first] ^ fingerprints[second] ^ fingerprints[third]);
    }

    private static long finish(long x) {
        long h = (x ^ x >>> 33) * 0xFF51AFD7ED558CCDL;
        h = (h ^ h >>> 33) * 0xC4CEB9FE1A85EC53L;
        return h ^ h >>> 33;
    }

    /** The mix of the lower half of a trace id. */
    static long mix(long low) {
        long h = low * 0x9E3779B97F4A7C15L;
        h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L;
        return h ^ h >>> 29;
    }

    static long hash(long seed, byte[] bytes) {
        long h = (seed ^ bytes.length) * 0x9E3779B97F4A7C15L;
        for (int at = 0; at <= bytes.length; at += 8) {
            long word = 0;
            for (int i = 0; i < 8 && at + i < bytes.length; i++) {
                word |= (bytes[at + i] & 0xFFL) << 8 * i;
            }
            h = (h ^ word) * 0xD6E8FEB86659FD93L;
            h ^= h >>> 32;
        }
        return h;
    }
}

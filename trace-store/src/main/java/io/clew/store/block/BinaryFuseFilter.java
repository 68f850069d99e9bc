package io.clew.store.block;

import java.util.Arrays;

/**
 * Tells which 64-bit keys are certainly not in a set: a binary fuse filter with 8-bit fingerprints and three places a
 * key, about 9 bits a key, one false yes in 256 (Graf and Lemire, "Binary Fuse Filters: Fast and Smaller Than Xor
 * Filters", 2022). Written as {@code i64 seed, varint segment length, varint segments, varint bytes, bytes}. Never changes.
 */
final class BinaryFuseFilter implements PageCache.Page {
    private static final long SEED = 0x726B2B9D438B9D4DL;
    private static final int MOST_TRIES = 200;
    /** After so many seeds in vain the filter gets more segments. */
    private static final int TRIES_A_SIZE = 5;

    private final long seed;
    private final int segmentLength;
    private final int segments;
    private final byte[] fingerprints;

    private BinaryFuseFilter(long seed, int segmentLength, int segments, byte[] fingerprints) {
        this.seed = seed;
        this.segmentLength = segmentLength;
        this.segments = segments;
        this.fingerprints = fingerprints;
    }

    /** @param keys the first {@code count} are sorted here; may repeat; at least one */
    static BinaryFuseFilter of(long[] keys, int count) {
        Arrays.sort(keys, 0, count);
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || keys[i] != keys[i - 1]) {
                keys[distinct++] = keys[i];
            }
        }
        return ofDistinct(keys, 0, distinct);
    }

    /** @param keys those from {@code from} to {@code to - 1} are all different; perhaps none */
    static BinaryFuseFilter ofDistinct(long[] keys, int from, int to) {
        int size = Math.max(2, to - from);
        int segmentLength = 1 << Math.min(18, (int) Math.floor(Math.log(size) / Math.log(3.33) + 2.25));
        double factor = Math.max(1.125, 0.875 + 0.25 * Math.log(1_000_000) / Math.log(size));
        int segments = (int) Math.max(1, ((long) (size * factor) + segmentLength - 1) / segmentLength - 2);
        long seed = SEED;
        byte[] fingerprints = {};
        for (int i = 0; i < MOST_TRIES; i++) {
            // Just below the sizes at which segments get longer, this many places are hardly enough for any seed.
            if (i > 0 && i % TRIES_A_SIZE == 0) {
                segments += 1 + segments / 16;
            }
            int places = Math.multiplyExact(segments + 2, segmentLength);
            fingerprints = fingerprints.length == places ? fingerprints : new byte[places];
            seed = mix(seed + 0x9E3779B97F4A7C15L);
            BinaryFuseFilter filter = new BinaryFuseFilter(seed, segmentLength, segments, fingerprints);
            if (filter.fill(keys, from, to)) {
                return filter;
            }
        }
        throw new IllegalStateException("no seed of " + MOST_TRIES + " separates " + (to - from) + " keys");
    }

    /** Peels places that only one key has, then assigns fingerprints in reverse. */
    private boolean fill(long[] keys, int from, int to) {
        int count = to - from;
        int places = fingerprints.length;
        int[] degree = new int[places];
        long[] folded = new long[places];
        for (int i = from; i < to; i++) {
            long hash = mix(keys[i] + seed);
            for (int which = 0; which < 3; which++) {
                int place = place(hash, which);
                degree[place]++;
                folded[place] ^= hash;
            }
        }
        int[] alone = new int[places];
        int waiting = 0;
        for (int place = 0; place < places; place++) {
            if (degree[place] == 1) {
                alone[waiting++] = place;
            }
        }
        long[] order = new long[count];
        byte[] chosen = new byte[count];
        int peeled = 0;
        while (waiting > 0) {
            int place = alone[--waiting];
            if (degree[place] != 1) {
                continue;
            }
            long hash = folded[place];
            for (byte which = 0; which < 3; which++) {
                int other = place(hash, which);
                if (other == place) {
                    chosen[peeled] = which;
                }
                folded[other] ^= hash;
                if (--degree[other] == 1) {
                    alone[waiting++] = other;
                }
            }
            order[peeled++] = hash;
        }
        if (peeled < count) {
            return false;
        }
        Arrays.fill(fingerprints, (byte) 0);
        for (int i = count - 1; i >= 0; i--) {
            long hash = order[i];
            int value = fingerprint(hash);
            for (int which = 0; which < 3; which++) {
                value ^= fingerprints[place(hash, which)];
            }
            fingerprints[place(hash, chosen[i])] = (byte) value;
        }
        return true;
    }

    /** False only when the key is not in the set. */
    boolean mayContain(long key) {
        long hash = mix(key + seed);
        return (byte) (fingerprint(hash)
                        ^ fingerprints[place(hash, 0)]
                        ^ fingerprints[place(hash, 1)]
                        ^ fingerprints[place(hash, 2)])
                == 0;
    }

    private int place(long hash, int which) {
        int first = (int) Math.unsignedMultiplyHigh(hash, (long) segments * segmentLength);
        return which == 0
                ? first
                : first + which * segmentLength ^ (int) (hash >>> 18 * (2 - which)) & segmentLength - 1;
    }

    private static int fingerprint(long hash) {
        return (int) (hash ^ hash >>> 32) & 0xFF;
    }

    private static long mix(long h) {
        h = (h ^ h >>> 33) * 0xFF51AFD7ED558CCDL;
        h = (h ^ h >>> 33) * 0xC4CEB9FE1A85EC53L;
        return h ^ h >>> 33;
    }

    void write(ByteSink out) {
        out.i64(seed);
        out.varint(segmentLength);
        out.varint(segments);
        out.varint(fingerprints.length);
        out.bytes(fingerprints, 0, fingerprints.length);
    }

    static BinaryFuseFilter read(ByteSource in) {
        long seed = in.i64();
        int segmentLength = in.count(1 << 18);
        int segments = in.count(Integer.MAX_VALUE);
        int length = in.count(in.remaining());
        if (Integer.bitCount(segmentLength) != 1 || length != (segments + 2L) * segmentLength) {
            throw new IllegalStateException("a filter's parts do not fit each other");
        }
        int from = in.skip(length);
        return new BinaryFuseFilter(seed, segmentLength, segments, Arrays.copyOfRange(in.array, from, from + length));
    }

    @Override
    public int heapBytes() {
        return 64 + fingerprints.length;
    }
}

package io.clew.store.block;

/**
 * The 64-bit hashes under which a row group's values and keys stand in its value filter; part of the format. Eight
 * bytes a step, little-endian, the rest as one number:
 * {@code h = (h ^ word) * 0xD6E8FEB86659FD93; h ^= h >>> 32}.
 */
final class ValueHash {
    private static final long FACTOR = 0xD6E8FEB86659FD93L;

    /** Owners of attributes beside those of {@link RowGroup}. */
    static final int RESOURCE = 3;

    static final int SCOPE = 4;

    private static final byte[] NESTED = {1};
    private static final byte[] PRESENT = {2};

    private ValueHash() {}

    /** The hash of a place: whose attribute it is and its key. */
    static long place(int owner, byte[] key, int offset, int length) {
        return value(owner + 1, key, offset, length);
    }

    /** The hash that says the column of rare keys has a value of the key. */
    static long rare(long place) {
        return value(~place, new byte[0], 0, 0);
    }

    /** The hash that says some value of the key is an array or a map. */
    static long nested(long place) {
        return value(~place, NESTED, 0, 1);
    }

    /** The hash that says there is some value of the key. */
    static long present(long place) {
        return value(~place, PRESENT, 0, 1);
    }

    /** The hash of a value at a place. */
    static long value(long place, byte[] text, int offset, int length) {
        long h = (place ^ length) * 0x9E3779B97F4A7C15L;
        int at = offset;
        int end = offset + length;
        for (; at + 8 <= end; at += 8) {
            h = (h ^ (long) ByteSink.LONG.get(text, at)) * FACTOR;
            h ^= h >>> 32;
        }
        long tail = 0;
        for (int shift = 0; at < end; at++, shift += 8) {
            tail |= (text[at] & 0xFFL) << shift;
        }
        h = (h ^ tail) * FACTOR;
        return h ^ h >>> 32;
    }
}

package io.clew.store.block;

/**
 * A reading position in a page whose checksum was right. Runs past the end as {@link IndexOutOfBoundsException}, which
 * {@link BlockFile} turns into damage with file and offset.
 */
final class ByteSource {
    final byte[] array;
    int at;
    final int end;

    ByteSource(byte[] array, int from, int end) {
        this.array = array;
        this.at = from;
        this.end = end;
    }

    int remaining() {
        return end - at;
    }

    int u8() {
        if (at >= end) {
            throw new IndexOutOfBoundsException("the page ends too early");
        }
        return array[at++] & 0xFF;
    }

    int i32() {
        int from = skip(4);
        return (int) ByteSink.INT.get(array, from);
    }

    long i64() {
        int from = skip(8);
        return (long) ByteSink.LONG.get(array, from);
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new IllegalStateException("a varint is longer than 10 bytes");
    }

    long zigzag() {
        long value = varint();
        return value >>> 1 ^ -(value & 1);
    }

    /** A varint that counts things of which each takes room in memory: from 0 to {@code most}. */
    int count(long most) {
        long value = varint();
        if (value < 0 || value > most) {
            throw new IllegalStateException(
                    "a count of " + Long.toUnsignedString(value) + " where at most " + most + " are possible");
        }
        return (int) value;
    }

    /** Steps over {@code count} bytes and returns where they begin. */
    int skip(int count) {
        if (count < 0 || count > end - at) {
            throw new IndexOutOfBoundsException("the page ends too early");
        }
        int from = at;
        at += count;
        return from;
    }
}

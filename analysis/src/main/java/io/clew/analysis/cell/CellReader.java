package io.clew.analysis.cell;

import java.util.zip.CRC32C;

/** A position in the bytes of a cell. Whatever the bytes hold, reading ends in a value or in {@link CellFormatException}. */
final class CellReader {
    private final byte[] bytes;
    private final int end;
    private int at;

    /** Checks the checksum at the end first. */
    CellReader(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length - 4;
        if (end < 0) {
            throw wrong("shorter than a checksum");
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, end);
        long stored = 0;
        for (int i = 0; i < 4; i++) {
            stored |= (bytes[end + i] & 0xFFL) << 8 * i;
        }
        if (crc.getValue() != stored) {
            throw wrong("the checksum differs");
        }
    }

    CellFormatException wrong(String what) {
        return new CellFormatException("not a cell, at byte " + at + " of " + bytes.length + ": " + what);
    }

    int remaining() {
        return end - at;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw wrong("ends in the middle of a number");
            }
            byte b = bytes[at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                if (shift > 0 && b == 0 || shift == 63 && b > 1) {
                    throw wrong("a number that is not written in its shortest form");
                }
                return value;
            }
        }
        throw wrong("a number of more than 64 bits");
    }

    long zigzag() {
        long value = varint();
        return value >>> 1 ^ -(value & 1);
    }

    /** A number that is not negative. */
    long unsigned() {
        long value = varint();
        if (value < 0) {
            throw wrong("a number of more than 63 bits");
        }
        return value;
    }

    long positive() {
        long value = unsigned();
        if (value == 0) {
            throw wrong("0 where a count must stand");
        }
        return value;
    }

    /** A number from 0 to {@code most}. */
    int count(long most) {
        long value = varint();
        if (value < 0 || value > most) {
            throw wrong("expected at most " + most + ", read " + Long.toUnsignedString(value));
        }
        return (int) value;
    }

    long fixed() {
        if (remaining() < 8) {
            throw wrong("ends in the middle of 8 bytes");
        }
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value |= (bytes[at++] & 0xFFL) << 8 * i;
        }
        return value;
    }

    /** Skips so many bytes and returns where they begin in {@link #array()}. */
    int skip(int length) {
        if (remaining() < length) {
            throw wrong("ends in the middle of a text");
        }
        at += length;
        return at - length;
    }

    byte[] array() {
        return bytes;
    }

    void expectEnd() {
        if (at != end) {
            throw wrong((end - at) + " bytes too many");
        }
    }
}

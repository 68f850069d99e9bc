package io.clew.analysis.cell;

import java.util.Arrays;
import java.util.zip.CRC32C;

/** The bytes of a cell being written. Varints have seven bits a byte, the lowest first. */
final class CellWriter {
    private byte[] bytes = new byte[4096];
    private int size;

    void bytes(byte[] source, int offset, int length) {
        room(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    void varint(long value) {
        room(10);
        while ((value & ~0x7FL) != 0) {
            bytes[size++] = (byte) (value & 0x7F | 0x80);
            value >>>= 7;
        }
        bytes[size++] = (byte) value;
    }

    void zigzag(long value) {
        varint(value << 1 ^ value >> 63);
    }

    /** Eight bytes, little-endian. */
    void fixed(long value) {
        room(8);
        for (int i = 0; i < 8; i++) {
            bytes[size++] = (byte) (value >>> 8 * i);
        }
    }

    /** Everything written, with the CRC32C of it behind. */
    byte[] finish() {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, size);
        long value = crc.getValue();
        room(4);
        for (int i = 0; i < 4; i++) {
            bytes[size++] = (byte) (value >>> 8 * i);
        }
        return Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
        }
    }
}

package io.clew.quality.formats;

import com.github.luben.zstd.ZstdDecompressCtx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** A place in some bytes, and what block.md calls its building blocks. */
final class Bytes {
    final byte[] bytes;
    int at;

    Bytes(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /** The page of this length at this place of a file, its checksum held against it. */
    static Bytes page(byte[] file, int from, int length) {
        Bytes checksum = new Bytes(file, from + length);
        check(checksum.i32() == crc(file, from, length), "the checksum of the page at " + from);
        return new Bytes(Arrays.copyOfRange(file, from, from + length), 0);
    }

    /** Where the next part stands: behind a page of this length. */
    static int behind(int from, int length) {
        return length == 0 ? from : from + length + 4;
    }

    int u8() {
        return bytes[at++] & 0xFF;
    }

    int i32() {
        at += 4;
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at - 4);
    }

    long i64() {
        at += 8;
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(at - 8);
    }

    byte[] take(int count) {
        at += count;
        return Arrays.copyOfRange(bytes, at - count, at);
    }

    long varint() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int part = u8();
            value |= (long) (part & 0x7F) << shift;
            if (part < 0x80) {
                return value;
            }
        }
    }

    int count() {
        return Math.toIntExact(varint());
    }

    int[] counts(int count) {
        int[] counts = new int[count];
        for (int i = 0; i < count; i++) {
            counts[i] = count();
        }
        return counts;
    }

    long zigzag() {
        return unzigzag(varint());
    }

    static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }

    /** A section whose raw length is known. */
    byte[] section(int length) {
        long head = varint();
        byte[] stored = take(Math.toIntExact(head >>> 1));
        if ((head & 1) == 0) {
            check(stored.length == length, "a section of " + stored.length + " bytes, not " + length);
            return stored;
        }
        byte[] raw = new byte[length];
        try (ZstdDecompressCtx zstd = new ZstdDecompressCtx()) {
            zstd.setMagicless(true);
            int read = zstd.decompressByteArray(raw, 0, length, stored, 0, stored.length);
            check(read == length, "a section of " + read + " bytes, not " + length);
        }
        return raw;
    }

    long[] numbers(int count) {
        long[] values = new long[count];
        if (count > 0) {
            long least = zigzag();
            long range = varint();
            if (range != 0) {
                return pageOfNumbers(count, least);
            }
            Arrays.fill(values, least);
        }
        return values;
    }

    long[] pageOfNumbers(int count, long least) {
        long[] values = new long[count];
        int way = u8();
        switch (way) {
            case 1 -> {
                int width = u8();
                byte[] planes = section(count * width);
                for (int i = 0; i < count; i++) {
                    values[i] = least;
                    for (int plane = 0; plane < width; plane++) {
                        values[i] += (planes[plane * count + i] & 0xFFL) << 8 * plane;
                    }
                }
            }
            case 2 -> {
                long[] distinct = new long[count()];
                long last = 0;
                for (int i = 0; i < distinct.length; i++) {
                    last += varint();
                    distinct[i] = last;
                }
                byte[] ids = section(count);
                for (int i = 0; i < count; i++) {
                    values[i] = distinct[ids[i] & 0xFF];
                }
            }
            case 3, 4 -> {
                long scale = varint();
                byte[] lengths = section(count);
                byte[] bits = take(count());
                int bit = 0;
                long last = 0;
                for (int i = 0; i < count; i++) {
                    long x = 0;
                    if (lengths[i] > 0) {
                        for (int b = 0; b < lengths[i] - 1; b++, bit++) {
                            x |= (bits[bit / 8] >> bit % 8 & 1L) << b;
                        }
                        x |= 1L << lengths[i] - 1;
                    }
                    if (way == 4) {
                        x = last + unzigzag(x);
                        last = x;
                    }
                    values[i] = least + x * scale;
                }
            }
            default -> throw new IllegalStateException("numbers in way " + way);
        }
        return values;
    }

    byte[][] texts(int count) {
        long[] lengths = numbers(count);
        byte[] all = section(Math.toIntExact(Arrays.stream(lengths).sum()));
        byte[][] texts = new byte[count][];
        int from = 0;
        for (int i = 0; i < count; i++) {
            texts[i] = Arrays.copyOfRange(all, from, from + (int) lengths[i]);
            from += (int) lengths[i];
        }
        return texts;
    }
}

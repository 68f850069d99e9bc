package io.clew.store.block;

import java.util.Arrays;

/**
 * How a page holds whole numbers, least and greatest known beside it. The first byte names the way:
 *
 * <ul>
 *   <li>{@link #PLANES}: a byte with the width w, then the w byte planes of (value - least), one section.
 *   <li>{@link #LOCAL}: at most 255 distinct values, ascending, as varint(count), varint(differences); then a byte per
 *       value, one section.
 *   <li>{@link #CLASSES}, {@link #DELTA_CLASSES}: for numbers spread over many magnitudes. varint(scale); each number x
 *       = (value - least) / scale, or the zigzag of its difference from the one before, becomes its bit length (a byte
 *       each, one section) and the bits below the highest set one (packed from the lowest bit up; varint(bytes), bytes).
 * </ul>
 *
 * One thread per instance; reuse it.
 */
final class LongCodec {
    static final int PLANES = 1;
    static final int LOCAL = 2;
    static final int CLASSES = 3;
    static final int DELTA_CLASSES = 4;

    /** Bytes behind the bits of numbers that reading them may touch. */
    static final int BITS_SLACK = 16;

    private static final int[] NO_OFFSETS = {};
    private static final long[] NO_VALUES = {};

    /** What the numbers are, which decides what is tried. */
    enum Content {
        /** Ids that stand for something: near each other, repeating. */
        IDS,
        /** Amounts and times. */
        AMOUNTS,
        /** Bits of floating-point numbers or of random ids. */
        BITS
    }

    private byte[] scratch = new byte[1 << 13];
    private final long[] distinct = new long[512];
    private final short[] distinctAt = new short[512];
    private final ByteSink bits = new ByteSink();
    private final ByteSink second = new ByteSink();
    private final Compression compression;

    LongCodec(Compression compression) {
        this.compression = compression;
    }

    /** Writes the numbers of {@code values} from {@code from} to {@code to - 1}, of which the least differs from the greatest. */
    void encode(long[] values, int from, int to, long least, long greatest, Content content, ByteSink out) {
        long range = greatest - least;
        int width = (71 - Long.numberOfLeadingZeros(range)) / 8;
        if (width > 1 && content != Content.IDS && local(values, from, to, out)) {
            return;
        }
        if (width == 1 || content != Content.AMOUNTS) {
            planes(values, from, to, least, width, out);
        } else if (width == 2) {
            int start = out.length;
            planes(values, from, to, least, width, out);
            second.clear();
            classes(values, from, to, least, range, second);
            if (second.length < out.length - start) {
                out.length = start;
                out.bytes(second.array, 0, second.length);
            }
        } else {
            classes(values, from, to, least, range, out);
        }
    }

    private void planes(long[] values, int from, int to, long least, int width, ByteSink out) {
        int count = to - from;
        byte[] planes = scratch(Math.multiplyExact(count, width));
        for (int plane = 0, at = 0; plane < width; plane++) {
            int shift = 8 * plane;
            for (int i = from; i < to; i++) {
                planes[at++] = (byte) (values[i] - least >>> shift);
            }
        }
        out.u8(PLANES);
        out.u8(width);
        compression.section(planes, 0, count * width, Compression.FAST, out);
    }

    private boolean local(long[] values, int from, int to, ByteSink out) {
        int count = to - from;
        int most = Math.min(255, count / 2);
        Arrays.fill(distinctAt, (short) -1);
        byte[] ids = scratch(count);
        int found = 0;
        for (int i = from; i < to; i++) {
            long value = values[i];
            int slot = (int) (value * 0x9E3779B97F4A7C15L >>> 55);
            while (distinctAt[slot] >= 0 && distinct[slot] != value) {
                slot = slot + 1 & 511;
            }
            if (distinctAt[slot] < 0) {
                if (found == most) {
                    return false;
                }
                distinct[slot] = value;
                distinctAt[slot] = (short) found++;
            }
        }
        long[] sorted = new long[found];
        for (int slot = 0; slot < 512; slot++) {
            if (distinctAt[slot] >= 0) {
                sorted[distinctAt[slot]] = distinct[slot];
            }
        }
        Arrays.sort(sorted);
        for (int slot = 0; slot < 512; slot++) {
            if (distinctAt[slot] >= 0) {
                distinctAt[slot] = (short) Arrays.binarySearch(sorted, distinct[slot]);
            }
        }
        for (int i = from; i < to; i++) {
            long value = values[i];
            int slot = (int) (value * 0x9E3779B97F4A7C15L >>> 55);
            while (distinct[slot] != value || distinctAt[slot] < 0) {
                slot = slot + 1 & 511;
            }
            ids[i - from] = (byte) distinctAt[slot];
        }
        out.u8(LOCAL);
        out.varint(found);
        long last = 0;
        for (long value : sorted) {
            out.varint(value - last);
            last = value;
        }
        compression.section(ids, 0, count, Compression.FAST, out);
        return true;
    }

    private void classes(long[] values, int from, int to, long least, long range, ByteSink out) {
        int count = to - from;
        long scale = scale(values, from, to, least, range);
        long direct = 0;
        long deltas = 0;
        long last = 0;
        for (int i = from; i < to; i++) {
            long x = scaled(values[i] - least, scale);
            direct += 64 - Long.numberOfLeadingZeros(x);
            deltas += 64 - Long.numberOfLeadingZeros(zigzag(x - last));
            last = x;
        }
        boolean delta = deltas < direct - direct / 8;
        byte[] classes = scratch(count);
        bits.clear();
        bits.reserve(Math.toIntExact((delta ? deltas : direct) / 8 + 16));
        long pending = 0;
        int used = 0;
        last = 0;
        for (int i = from; i < to; i++) {
            long x = scaled(values[i] - least, scale);
            if (delta) {
                long current = x;
                x = zigzag(x - last);
                last = current;
            }
            int length = 64 - Long.numberOfLeadingZeros(x);
            classes[i - from] = (byte) length;
            if (length > 1) {
                int rest = length - 1;
                long low = x & (1L << rest) - 1;
                pending |= low << used;
                if (used + rest >= 64) {
                    bits.i64(pending);
                    pending = used == 0 ? 0 : low >>> 64 - used;
                    used += rest - 64;
                } else {
                    used += rest;
                }
            }
        }
        for (; used > 0; used -= 8, pending >>>= 8) {
            bits.u8((int) pending);
        }
        out.u8(delta ? DELTA_CLASSES : CLASSES);
        out.varint(scale);
        compression.section(classes, 0, count, Compression.FAST, out);
        out.varint(bits.length);
        out.bytes(bits.array, 0, bits.length);
    }

    private static long scaled(long x, long scale) {
        return scale == 1 ? x : x / scale;
    }

    private static long scale(long[] values, int from, int to, long least, long range) {
        if (range < 0) {
            return 1;
        }
        for (long scale = 1_000_000; scale > 1; scale /= 1000) {
            int i = from;
            while (i < to && (values[i] - least) % scale == 0) {
                i++;
            }
            if (i == to) {
                return scale;
            }
        }
        return 1;
    }

    private static long zigzag(long x) {
        return x << 1 ^ x >> 63;
    }

    private byte[] scratch(int length) {
        if (scratch.length < length) {
            scratch = new byte[Math.max(length, 2 * scratch.length)];
        }
        return scratch;
    }

    /** Reads {@code count} numbers that {@link #encode} wrote, the greatest of which is {@code least + range}. */
    static LongPage decode(ByteSource in, int count, long least, long range, Decompression decompression) {
        int way = in.u8();
        return switch (way) {
            case PLANES -> readPlanes(in, count, least, decompression);
            case LOCAL -> readLocal(in, count, decompression);
            case CLASSES, DELTA_CLASSES ->
                readClasses(in, count, least, range >>> 32 == 0, way == DELTA_CLASSES, decompression);
            default -> throw new IllegalStateException("unknown way " + way + " to hold numbers");
        };
    }

    private static LongPage readPlanes(ByteSource in, int count, long least, Decompression decompression) {
        int width = in.u8();
        if (width < 1 || width > 8) {
            throw new IllegalStateException("numbers of " + width + " bytes");
        }
        if (width == 1) {
            return LongPage.ofBytes(decompression.section(in, count), count, least);
        }
        byte[] planes = decompression.borrowSection(in, Math.multiplyExact(count, width));
        try {
            return joined(planes, width, count, least);
        } finally {
            decompression.giveBack(planes);
        }
    }

    private static LongPage joined(byte[] planes, int width, int count, long least) {
        if (width <= 4) {
            int[] offsets = new int[count];
            for (int plane = 0, at = 0; plane < width; plane++) {
                int shift = 8 * plane;
                for (int i = 0; i < count; i++) {
                    offsets[i] |= (planes[at++] & 0xFF) << shift;
                }
            }
            return LongPage.ofOffsets(offsets, least);
        }
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = least + (planes[i] & 0xFF);
        }
        for (int plane = 1, at = count; plane < width; plane++) {
            int shift = 8 * plane;
            for (int i = 0; i < count; i++) {
                values[i] += (planes[at++] & 0xFFL) << shift;
            }
        }
        return LongPage.ofValues(values);
    }

    private static LongPage readLocal(ByteSource in, int count, Decompression decompression) {
        long[] distinct = new long[in.count(255)];
        long last = 0;
        for (int i = 0; i < distinct.length; i++) {
            last += in.varint();
            distinct[i] = last;
        }
        byte[] codes = decompression.section(in, count);
        for (int i = 0; i < count; i++) {
            if ((codes[i] & 0xFF) >= distinct.length) {
                throw new IllegalStateException("number " + (codes[i] & 0xFF) + " of " + distinct.length);
            }
        }
        return LongPage.ofCodes(codes, count, distinct);
    }

    private static LongPage readClasses(
            ByteSource in, int count, long least, boolean narrow, boolean delta, Decompression decompression) {
        long scale = in.varint();
        byte[] classes = decompression.borrowSection(in, count);
        try {
            return joined(classes, scale, in, count, least, narrow, delta);
        } finally {
            decompression.giveBack(classes);
        }
    }

    private static LongPage joined(
            byte[] classes, long scale, ByteSource in, int count, long least, boolean narrow, boolean delta) {
        int length = in.count(in.remaining());
        int from = in.skip(length);
        // A number's bits are read eight bytes at once, and perhaps one more.
        boolean inPlace = from + length + BITS_SLACK <= in.array.length;
        byte[] bits = inPlace ? in.array : Arrays.copyOfRange(in.array, from, from + length + BITS_SLACK);
        int[] offsets = narrow ? new int[count] : NO_OFFSETS;
        long[] values = narrow ? NO_VALUES : new long[count];
        long first = inPlace ? 8L * from : 0;
        long position = first;
        long last = 0;
        for (int i = 0; i < count; i++) {
            int rest = classes[i] - 1;
            long x = 0;
            if (rest >= 0) {
                if (rest > 63) {
                    throw new IllegalStateException("a number of " + (rest + 1) + " bits");
                }
                int at = (int) (position >>> 3);
                int shift = (int) position & 7;
                long low = (long) ByteSink.LONG.get(bits, at) >>> shift;
                if (shift + rest > 64) {
                    low |= (bits[at + 8] & 0xFFL) << 64 - shift;
                }
                x = low & (1L << rest) - 1 | 1L << rest;
                position += rest;
            }
            if (delta) {
                last += x >>> 1 ^ -(x & 1);
                x = last;
            }
            if (narrow) {
                offsets[i] = (int) (x * scale);
            } else {
                values[i] = least + x * scale;
            }
        }
        if (position - first > 8L * length) {
            throw new IllegalStateException("numbers of more bits than the " + length + " bytes that hold them");
        }
        return narrow ? LongPage.ofOffsets(offsets, least) : LongPage.ofValues(values);
    }
}

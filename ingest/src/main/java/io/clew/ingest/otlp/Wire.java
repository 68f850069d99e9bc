package io.clew.ingest.otlp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The protobuf wire format over a byte array, with the verdicts of the official parser: varints of up to 10 bytes
 * wherever one stands, of which tags and lengths keep the low 32 bits; groups are skipped; field number 0, wire types 6
 * and 7, an end of a group that is not open, and anything running past the end of its message are errors. Pure
 * functions, so that positions stay in registers: {@code end} is always where the enclosing message ends.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>
 */
final class Wire {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;
    static final int START_GROUP = 3;
    static final int END_GROUP = 4;
    static final int FIXED32 = 5;

    /** Groups in groups: as deep as the official parser goes. */
    private static final int MAX_GROUPS = 100;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_BIG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Wire() {}

    /** The varint at {@code at}; where it ends is {@link #afterVarint}. */
    static long varint(byte[] a, int at, int end) throws FormatException {
        if (at < end && a[at] >= 0) {
            return a[at];
        }
        long value = 0;
        int p = at;
        for (int shift = 0; shift < 70; shift += 7) {
            if (p >= end) {
                throw new FormatException(at, "a number is cut off by the end of its message");
            }
            byte b = a[p++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new FormatException(at, "a varint is longer than 10 bytes");
    }

    /** The position behind a varint that {@link #varint} has read. */
    static int afterVarint(byte[] a, int at) {
        int p = at;
        while (a[p++] < 0) {}
        return p;
    }

    /** Bytes that the shortest varint of {@code value} takes. */
    static int varintSize(long value) {
        return value == 0 ? 1 : (70 - Long.numberOfLeadingZeros(value)) / 7;
    }

    /** Reads a length that must fit before {@code end}: the content's first position, and in the upper half its end. */
    static long content(byte[] a, int at, int end) throws FormatException {
        int length;
        int p;
        if (at < end && a[at] >= 0) {
            length = a[at];
            p = at + 1;
        } else {
            length = (int) varint(a, at, end);
            p = afterVarint(a, at);
        }
        if (length < 0 || length > end - p) {
            throw new FormatException(
                    at,
                    "a length of " + (length & 0xFFFFFFFFL) + " bytes runs past the end of its message, " + (end - p)
                            + " bytes remain");
        }
        return (long) (p + length) << 32 | p;
    }

    static long fixed64(byte[] a, int at, int end) throws FormatException {
        if (end - at < 8) {
            throw new FormatException(at, "a fixed64 is cut off by the end of its message");
        }
        return (long) LONG.get(a, at);
    }

    static int fixed32(byte[] a, int at, int end) throws FormatException {
        if (end - at < 4) {
            throw new FormatException(at, "a fixed32 is cut off by the end of its message");
        }
        return (int) INT.get(a, at);
    }

    /** The 8 bytes at {@code at} as a number, the first byte the highest: how ids are read. */
    static long bigEndian(byte[] a, int at) {
        return (long) LONG_BIG.get(a, at);
    }

    /**
     * Skips the value of a field nobody knows.
     *
     * @param tag as read, from {@code tagAt}
     * @param at behind the tag
     * @return behind the value
     */
    static int skip(byte[] a, int tag, int tagAt, int at, int end) throws FormatException {
        if (tag >>> 3 == 0) {
            throw fieldZero(tagAt);
        }
        return switch (tag & 7) {
            case VARINT -> {
                varint(a, at, end);
                yield afterVarint(a, at);
            }
            case FIXED64 -> {
                fixed64(a, at, end);
                yield at + 8;
            }
            case LENGTH -> (int) (content(a, at, end) >>> 32);
            case START_GROUP -> skipGroup(a, tag, tagAt, at, end);
            case END_GROUP -> throw new FormatException(tagAt, "a group ends that was not begun");
            case FIXED32 -> {
                fixed32(a, at, end);
                yield at + 4;
            }
            default -> throw new FormatException(tagAt, "there is no wire type " + (tag & 7));
        };
    }

    static FormatException fieldZero(int tagAt) {
        return new FormatException(tagAt, "a field has the number 0");
    }

    private static int skipGroup(byte[] a, int tag, int tagAt, int at, int end) throws FormatException {
        int[] open = new int[MAX_GROUPS];
        int depth = 0;
        open[depth++] = tag >>> 3;
        int p = at;
        while (p < end) {
            int innerAt = p;
            int inner = (int) varint(a, p, end);
            p = afterVarint(a, p);
            switch (inner & 7) {
                case START_GROUP -> {
                    if (depth == MAX_GROUPS) {
                        throw new FormatException(innerAt, "groups are nested deeper than " + MAX_GROUPS);
                    }
                    if (inner >>> 3 == 0) {
                        throw fieldZero(innerAt);
                    }
                    open[depth++] = inner >>> 3;
                }
                case END_GROUP -> {
                    if (open[--depth] != inner >>> 3) {
                        throw new FormatException(
                                innerAt, "a group of field " + open[depth] + " ends as one of field " + (inner >>> 3));
                    }
                    if (depth == 0) {
                        return p;
                    }
                }
                default -> p = skip(a, inner, innerAt, p, end);
            }
        }
        throw new FormatException(tagAt, "a group does not end within its message");
    }
}

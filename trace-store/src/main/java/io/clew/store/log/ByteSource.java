package io.clew.store.log;

import io.clew.model.MalformedRequestException;
import io.clew.model.MalformedRequestException.Reason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads what a {@link ByteSink} wrote; every error names the offset. */
final class ByteSource {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final int begin;
    private final int end;
    private int at;

    ByteSource(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.begin = offset;
        this.end = offset + length;
        this.at = offset;
    }

    byte[] array() {
        return bytes;
    }

    /** Passes over so many bytes and returns where in the array they begin. */
    int skip(int count) throws MalformedRequestException {
        if (count < 0 || count > end - at) {
            throw malformed("ends " + ((long) count - (end - at)) + " bytes too early");
        }
        int from = at;
        at += count;
        return from;
    }

    /** 0 to 255. */
    int getByte() throws MalformedRequestException {
        return bytes[skip(1)] & 0xFF;
    }

    int getInt() throws MalformedRequestException {
        return (int) INT.get(bytes, skip(4));
    }

    long getLong() throws MalformedRequestException {
        return (long) LONG.get(bytes, skip(8));
    }

    /** A count of things of at least one byte each, so never more than there are bytes left. */
    int getCount() throws MalformedRequestException {
        return getBelow(end - at, "count");
    }

    /** An unsigned number smaller than {@code bound}. */
    int getBelow(int bound, String what) throws MalformedRequestException {
        int from = at;
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int part = getByte();
            value |= (long) (part & 0x7F) << shift;
            if (part < 0x80) {
                break;
            }
            if (shift == 28) {
                throw malformed("has a number that is too long");
            }
        }
        if (value >= bound) {
            at = from;
            throw malformed("has " + what + " " + value + ", not below " + bound);
        }
        return (int) value;
    }

    void expectEnd() throws MalformedRequestException {
        if (at != end) {
            throw malformed("goes on for " + (end - at) + " bytes after its last span");
        }
    }

    private MalformedRequestException malformed(String what) {
        return new MalformedRequestException(Reason.UNDECODABLE, "a logged batch " + what + " at byte " + (at - begin));
    }
}

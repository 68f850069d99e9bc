package io.clew.store.log;

import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.SourceRequest;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Writes and checks the 64 bytes before a record's positions and body; layout in {@link Log}. Scratch memory for one
 * thread; allocates nothing per record.
 */
final class RecordHeader {
    static final int BYTES = 64;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int MAGIC = 0x43_45_52_0A; // "\nREC"
    private static final int HEADER_CRC = 4;
    private static final int BODY_CRC = 8;
    private static final int BODY_LENGTH = 12;
    private static final int SEQUENCE = 16;
    private static final int FORCED = 24;
    private static final int RECEIVE_TIME = 32;
    private static final int MAX_BODY = 40;
    private static final int MAX_DEPTH = 44;
    private static final int REFUSED = 48;
    private static final int SIGNAL = 52;
    private static final int CODEC = 53;
    private static final int ENCODING = 54;
    private static final int CODEC_VERSION = 56;

    private final byte[] salt = new byte[8];
    private final CRC32C crc = new CRC32C();

    /** Bytes a record takes in the segment: a multiple of 8. */
    static long recordBytes(int refused, int bodyLength) {
        return BYTES + 4L * refused + bodyLength + 7 & ~7L;
    }

    void encode(
            byte[] into,
            SegmentHeader segment,
            long sequence,
            long forced,
            byte signal,
            SourceRequest request,
            int codecVersion,
            DecodeLimits limits,
            int[] refused) {
        INT.set(into, 0, MAGIC);
        INT.set(into, BODY_CRC, bodyCrc(refused, request.bytes(), request.offset(), request.length()));
        INT.set(into, BODY_LENGTH, request.length());
        LONG.set(into, SEQUENCE, sequence);
        LONG.set(into, FORCED, forced);
        LONG.set(into, RECEIVE_TIME, request.receiveTime());
        INT.set(into, MAX_BODY, limits.maxBodyBytes());
        INT.set(into, MAX_DEPTH, limits.maxDepth());
        INT.set(into, REFUSED, refused.length);
        into[SIGNAL] = signal;
        into[CODEC] = (byte) request.codec();
        into[ENCODING] = (byte) request.encoding().ordinal();
        into[ENCODING + 1] = 0;
        INT.set(into, CODEC_VERSION, codecVersion);
        INT.set(into, CODEC_VERSION + 4, 0);
        INT.set(into, HEADER_CRC, headerCrc(into, 0, segment.salt()));
    }

    /** Whether a whole, undamaged record of this use of the segment stands at {@code at} and ends before {@code limit}. */
    boolean isRecord(byte[] bytes, int at, int limit, SegmentHeader segment) {
        if (!isHeader(bytes, at, limit, segment)) {
            return false;
        }
        int refused = refused(bytes, at);
        int length = (int) INT.get(bytes, at + BODY_LENGTH);
        if (refused < 0 || length < 0 || recordBytes(refused, length) > limit - at) {
            return false;
        }
        crc.reset();
        crc.update(bytes, at + BYTES, 4 * refused + length);
        return (int) crc.getValue() == (int) INT.get(bytes, at + BODY_CRC);
    }

    /** Whether the header of a record of this use of the segment stands at {@code at}, undamaged, whatever follows it. */
    boolean isHeader(byte[] bytes, int at, int limit, SegmentHeader segment) {
        return limit - at >= BYTES
                && (int) INT.get(bytes, at) == MAGIC
                && (int) INT.get(bytes, at + HEADER_CRC) == headerCrc(bytes, at, segment.salt());
    }

    static long sequence(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at + SEQUENCE);
    }

    static long forced(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at + FORCED);
    }

    static int end(byte[] bytes, int at) {
        return at + (int) recordBytes(refused(bytes, at), (int) INT.get(bytes, at + BODY_LENGTH));
    }

    /** The record at {@code at}, which {@link #isRecord} found to be one. */
    static LogRecord record(Path file, byte[] bytes, int at) throws IOException {
        ContentEncoding[] encodings = ContentEncoding.values();
        int encoding = bytes[at + ENCODING] & 0xFF;
        if (encoding >= encodings.length) {
            throw new IOException(
                    file + " has an unknown content encoding " + encoding + " in the record at offset " + at);
        }
        int[] refused = new int[refused(bytes, at)];
        for (int i = 0; i < refused.length; i++) {
            refused[i] = (int) INT.get(bytes, at + BYTES + 4 * i);
        }
        return new LogRecord(
                file,
                at,
                sequence(bytes, at),
                bytes[at + SIGNAL],
                bytes[at + CODEC] & 0xFF,
                (int) INT.get(bytes, at + CODEC_VERSION),
                encodings[encoding],
                (long) LONG.get(bytes, at + RECEIVE_TIME),
                new DecodeLimits((int) INT.get(bytes, at + MAX_BODY), (int) INT.get(bytes, at + MAX_DEPTH)),
                refused,
                bytes,
                at + BYTES + 4 * refused.length,
                (int) INT.get(bytes, at + BODY_LENGTH));
    }

    private static int refused(byte[] bytes, int at) {
        return (int) INT.get(bytes, at + REFUSED);
    }

    private int headerCrc(byte[] bytes, int at, long segmentSalt) {
        LONG.set(salt, 0, segmentSalt);
        crc.reset();
        crc.update(salt, 0, 8);
        crc.update(bytes, at + BODY_CRC, BYTES - BODY_CRC);
        return (int) crc.getValue();
    }

    private int bodyCrc(int[] refused, byte[] body, int offset, int length) {
        crc.reset();
        for (int position : refused) {
            crc.update(position);
            crc.update(position >>> 8);
            crc.update(position >>> 16);
            crc.update(position >>> 24);
        }
        crc.update(body, offset, length);
        return (int) crc.getValue();
    }
}

package io.clew.ingest.otlp;

import io.clew.ingest.ByteBudget;
import io.clew.model.MalformedRequestException;
import java.util.Arrays;

/**
 * A growing buffer of protobuf bytes. A length stands before its content, so room is left for one of the expected size
 * and the content moves when that was wrong. Growth is billed before it is taken; a claim on an unlimited budget never
 * refuses. For one thread.
 */
final class ProtobufOutput {
    private static final int FIRST = 1024;

    private final int retained;
    private byte[] out = new byte[FIRST];
    private int size;
    private long billed;
    private ByteBudget.Claim claim = ByteBudget.unlimited().claim();

    /** @param retained bytes kept when a request ends */
    ProtobufOutput(int retained) {
        this.retained = retained;
    }

    /** Starts a request whose growth is billed to {@code claim}, which the caller closes after {@link #end}. */
    void start(ByteBudget.Claim claim) {
        this.claim = claim;
        billed = 0;
        size = 0;
    }

    /** Lets go of memory that only an unusual request needed. */
    void end() {
        if (out.length > retained) {
            out = new byte[FIRST];
        }
    }

    byte[] array() {
        return out;
    }

    int size() {
        return size;
    }

    /** Takes back what stands from {@code to} on. */
    void truncate(int to) {
        size = to;
    }

    /** Takes back what stands between {@code from} and {@code to}; what follows moves up. */
    void remove(int from, int to) {
        System.arraycopy(out, to, out, from, size - to);
        size -= to - from;
    }

    void put(int b) throws MalformedRequestException {
        ensure(1);
        out[size++] = (byte) b;
    }

    void varint(long value) throws MalformedRequestException {
        ensure(10);
        while ((value & ~0x7FL) != 0) {
            out[size++] = (byte) (value | 0x80);
            value >>>= 7;
        }
        out[size++] = (byte) value;
    }

    void varint(int tag, long value) throws MalformedRequestException {
        varint(tag);
        varint(value);
    }

    void fixed32(int tag, int value) throws MalformedRequestException {
        varint(tag);
        ensure(4);
        for (int i = 0; i < 4; i++) {
            out[size++] = (byte) (value >>> 8 * i);
        }
    }

    void fixed64(int tag, long value) throws MalformedRequestException {
        varint(tag);
        ensure(8);
        for (int i = 0; i < 8; i++) {
            out[size++] = (byte) (value >>> 8 * i);
        }
    }

    /** 8 bytes, the highest first: how ids stand. */
    void bigEndian(long value) throws MalformedRequestException {
        ensure(8);
        for (int i = 56; i >= 0; i -= 8) {
            out[size++] = (byte) (value >>> i);
        }
    }

    void bytes(int tag, byte[] a, int from, int length) throws MalformedRequestException {
        varint(tag);
        varint(length);
        copy(a, from, length);
    }

    void copy(byte[] a, int from, int length) throws MalformedRequestException {
        ensure(length);
        System.arraycopy(a, from, out, size, length);
        size += length;
    }

    /**
     * Writes a tag and leaves room for the length of about {@code expected} bytes of content.
     *
     * @return for {@link #close}: the position, and the room in the lowest 3 bits
     */
    long open(int tag, int expected) throws MalformedRequestException {
        varint(tag);
        int room = Wire.varintSize(expected);
        ensure(room);
        long open = (long) size << 3 | room;
        size += room;
        return open;
    }

    /** Where the content of an open length begins. */
    static int contentOf(long open) {
        return (int) (open >>> 3) + (int) (open & 7);
    }

    /** Fills the length of what was written since. */
    void close(long open) throws MalformedRequestException {
        int at = (int) (open >>> 3);
        int room = (int) (open & 7);
        int length = size - at - room;
        int need = Wire.varintSize(length);
        if (need != room) {
            ensure(5);
            System.arraycopy(out, at + room, out, at + need, length);
        }
        size = at;
        varint(length);
        size = at + need + length;
    }

    /** Makes room for {@code more} bytes behind {@link #size}. */
    void ensure(int more) throws MalformedRequestException {
        if (more > out.length - size) {
            int wider = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(2L * out.length, (long) size + more));
            claim.add(wider);
            out = Arrays.copyOf(out, wider);
            claim.subtract(billed);
            billed = wider;
        }
    }
}

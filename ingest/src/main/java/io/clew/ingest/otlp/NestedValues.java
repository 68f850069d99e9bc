package io.clew.ingest.otlp;

import io.clew.ingest.ByteBudget;
import io.clew.model.ByteDictionary;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals.Reason;
import io.clew.model.ValueType;
import java.util.Arrays;

/**
 * Rewrites a nested value (ArrayValue or KeyValueList) in the canonical form that
 * {@link io.clew.model.AttributeValue} defines, into scratch memory that is reused. Merges as the format demands: pieces
 * of the same kind are joined, another kind replaces what was there. Lengths stand before contents whose size is not
 * known yet: the room left is that of the length on the wire, so contents move only when the sender wrote needless bytes.
 * For one thread.
 */
final class NestedValues {
    /** Scratch kept between requests, bytes. */
    private static final int RETAINED = 64 * 1024;

    private static final int VALUES = 1 << 3 | Wire.LENGTH;
    private static final int KEY = 1 << 3 | Wire.LENGTH;
    private static final int VALUE = 2 << 3 | Wire.LENGTH;

    private byte[] out = new byte[1024];
    private int size;
    private long billed;
    private ByteBudget.Claim claim = ByteBudget.unlimited().claim();
    private Complaint complaint = new Complaint();
    private int maxDepth;

    /** Starts a request whose scratch memory is billed to {@code claim}, which the caller closes after {@link #end}. */
    void start(ByteBudget.Claim claim, int maxDepth) {
        this.claim = claim;
        this.maxDepth = maxDepth;
        billed = 0;
    }

    /** Lets go of scratch that only an unusual request needed. */
    void end() {
        if (out.length > RETAINED) {
            out = new byte[1024];
        }
    }

    void complainTo(Complaint complaint) {
        this.complaint = complaint;
    }

    /** Begins a value without elements. */
    void begin() {
        size = 0;
    }

    /** Appends the elements that stand in {@code a} to the value begun; {@code kind} as in {@link ValueType}. */
    void append(byte kind, byte[] a, int from, int end) throws WireException, MalformedRequestException {
        elements(kind, a, from, end, 1);
    }

    /** The dictionary id of the value's canonical bytes. */
    int intern(ByteDictionary dictionary) {
        return dictionary.intern(out, 0, size);
    }

    private void elements(byte kind, byte[] a, int from, int end, int depth)
            throws WireException, MalformedRequestException {
        if (depth > maxDepth) {
            complaint.note(Reason.DEPTH, from, end);
            return;
        }
        int p = from;
        while (p < end) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            if (tag == VALUES) {
                long content = Wire.content(a, p, end);
                p = (int) (content >>> 32);
                put(VALUES);
                long open = openLength(p - (int) content);
                if (kind == ValueType.ARRAY) {
                    closeContainer(piece(a, (int) content, p, depth, size, 0));
                } else {
                    pair(a, (int) content, p, depth);
                }
                closeLength(open);
            } else {
                p = Wire.skip(a, tag, tagAt, p, end);
            }
        }
    }

    private void pair(byte[] a, int from, int end, int depth) throws WireException, MalformedRequestException {
        long key = 0;
        for (int p = from; p < end; ) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            if (tag == KEY) {
                key = Wire.content(a, p, end);
                check(a, key);
            }
            p = Wire.skip(a, tag, tagAt, p, end);
        }
        if ((int) (key >>> 32) > (int) key) {
            bytes(KEY, a, key);
        }
        put(VALUE);
        long open = openLength(end - from);
        int start = size;
        long container = 0;
        for (int p = from; p < end; ) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            if (tag == VALUE) {
                long content = Wire.content(a, p, end);
                container = piece(a, (int) content, (int) (content >>> 32), depth, start, container);
            }
            p = Wire.skip(a, tag, tagAt, p, end);
        }
        closeContainer(container);
        closeLength(open);
    }

    /**
     * Writes one piece of an AnyValue that begins at {@code start}.
     *
     * @param container the array or map left open there by the pieces before, or 0: its length, and its field number in
     *     the lowest 3 bits
     * @return the same for the next piece
     */
    private long piece(byte[] a, int from, int end, int depth, int start, long container)
            throws WireException, MalformedRequestException {
        int p = from;
        while (p < end) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            switch (tag) {
                case AnyValue.STRING, AnyValue.BYTES -> {
                    long content = Wire.content(a, p, end);
                    p = (int) (content >>> 32);
                    if (tag == AnyValue.STRING) {
                        check(a, content);
                    }
                    size = start;
                    container = 0;
                    bytes(tag, a, content);
                }
                case AnyValue.BOOL, AnyValue.INT -> {
                    long value = Wire.varint(a, p, end);
                    p = Wire.afterVarint(a, p);
                    size = start;
                    container = 0;
                    put(tag);
                    varint(tag == AnyValue.INT ? value : value != 0 ? 1 : 0);
                }
                case AnyValue.DOUBLE -> {
                    Wire.fixed64(a, p, end);
                    size = start;
                    container = 0;
                    put(tag);
                    copy(a, p, 8);
                    p += 8;
                }
                case AnyValue.ARRAY, AnyValue.KVLIST -> {
                    long content = Wire.content(a, p, end);
                    p = (int) (content >>> 32);
                    if ((container & 7) != tag >>> 3) {
                        size = start;
                        put(tag);
                        container = openLength(p - (int) content) << 3 | tag >>> 3;
                    }
                    elements(
                            tag == AnyValue.ARRAY ? ValueType.ARRAY : ValueType.KVLIST, a, (int) content, p, depth + 1);
                }
                default -> p = Wire.skip(a, tag, tagAt, p, end);
            }
        }
        return container;
    }

    private void check(byte[] a, long content) {
        if (!Utf8.valid(a, (int) content, (int) (content >>> 32))) {
            complaint.note(Reason.UTF8, (int) content, (int) (content >>> 32));
        }
    }

    /** Leaves room for the length of a content of about {@code expected} bytes: position, and room in the lowest 3 bits. */
    private long openLength(int expected) throws MalformedRequestException {
        int room = Wire.varintSize(expected);
        ensure(room);
        long open = (long) size << 3 | room;
        size += room;
        return open;
    }

    private void closeContainer(long container) throws MalformedRequestException {
        if (container != 0) {
            closeLength(container >>> 3);
        }
    }

    private void closeLength(long open) throws MalformedRequestException {
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

    private void bytes(int tag, byte[] a, long content) throws MalformedRequestException {
        int length = (int) (content >>> 32) - (int) content;
        put(tag);
        varint(length);
        copy(a, (int) content, length);
    }

    private void put(int b) throws MalformedRequestException {
        ensure(1);
        out[size++] = (byte) b;
    }

    private void varint(long value) throws MalformedRequestException {
        ensure(10);
        while ((value & ~0x7FL) != 0) {
            out[size++] = (byte) (value | 0x80);
            value >>>= 7;
        }
        out[size++] = (byte) value;
    }

    private void copy(byte[] a, int from, int length) throws MalformedRequestException {
        ensure(length);
        System.arraycopy(a, from, out, size, length);
        size += length;
    }

    private void ensure(int more) throws MalformedRequestException {
        if (more > out.length - size) {
            int wider = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(2L * out.length, (long) size + more));
            claim.add(wider);
            out = Arrays.copyOf(out, wider);
            claim.subtract(billed);
            billed = wider;
        }
    }
}

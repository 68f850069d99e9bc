package io.clew.ingest.otlp;

import io.clew.ingest.ByteBudget;
import io.clew.model.ByteDictionary;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals.Reason;
import io.clew.model.ValueType;

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

    private final ProtobufOutput out = new ProtobufOutput(RETAINED);
    private Complaint complaint = new Complaint();
    private int maxDepth;

    /** Starts a request whose scratch memory is billed to {@code claim}, which the caller closes after {@link #end}. */
    void start(ByteBudget.Claim claim, int maxDepth) {
        out.start(claim);
        this.maxDepth = maxDepth;
    }

    /** Lets go of scratch that only an unusual request needed. */
    void end() {
        out.end();
    }

    void complainTo(Complaint complaint) {
        this.complaint = complaint;
    }

    /** Begins a value without elements. */
    void begin() {
        out.truncate(0);
    }

    /** Appends the elements that stand in {@code a} to the value begun; {@code kind} as in {@link ValueType}. */
    void append(byte kind, byte[] a, int from, int end) throws FormatException, MalformedRequestException {
        elements(kind, a, from, end, 1);
    }

    /** The dictionary id of the value's canonical bytes. */
    int intern(ByteDictionary dictionary) {
        return dictionary.intern(out.array(), 0, out.size());
    }

    private void elements(byte kind, byte[] a, int from, int end, int depth)
            throws FormatException, MalformedRequestException {
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
                long open = out.open(VALUES, p - (int) content);
                if (kind == ValueType.ARRAY) {
                    closeContainer(piece(a, (int) content, p, depth, out.size(), 0));
                } else {
                    pair(a, (int) content, p, depth);
                }
                out.close(open);
            } else {
                p = Wire.skip(a, tag, tagAt, p, end);
            }
        }
    }

    private void pair(byte[] a, int from, int end, int depth) throws FormatException, MalformedRequestException {
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
            out.bytes(KEY, a, (int) key, (int) (key >>> 32) - (int) key);
        }
        long open = out.open(VALUE, end - from);
        int start = out.size();
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
        out.close(open);
    }

    /**
     * Writes one piece of an AnyValue that begins at {@code start}.
     *
     * @param container the array or map left open there by the pieces before, or 0: its length, and its field number in
     *     the lowest 3 bits
     * @return the same for the next piece
     */
    private long piece(byte[] a, int from, int end, int depth, int start, long container)
            throws FormatException, MalformedRequestException {
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
                    out.truncate(start);
                    container = 0;
                    out.bytes(tag, a, (int) content, p - (int) content);
                }
                case AnyValue.BOOL, AnyValue.INT -> {
                    long value = Wire.varint(a, p, end);
                    p = Wire.afterVarint(a, p);
                    out.truncate(start);
                    container = 0;
                    out.varint(tag, tag == AnyValue.INT ? value : value != 0 ? 1 : 0);
                }
                case AnyValue.DOUBLE -> {
                    long bits = Wire.fixed64(a, p, end);
                    out.truncate(start);
                    container = 0;
                    out.fixed64(tag, bits);
                    p += 8;
                }
                case AnyValue.ARRAY, AnyValue.KVLIST -> {
                    long content = Wire.content(a, p, end);
                    p = (int) (content >>> 32);
                    if ((container & 7) != tag >>> 3) {
                        out.truncate(start);
                        container = out.open(tag, p - (int) content) << 3 | tag >>> 3;
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

    private void closeContainer(long container) throws MalformedRequestException {
        if (container != 0) {
            out.close(container >>> 3);
        }
    }
}

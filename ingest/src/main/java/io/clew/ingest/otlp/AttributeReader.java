package io.clew.ingest.otlp;

import io.clew.model.AttributeTable;
import io.clew.model.ByteDictionary;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals.Reason;
import io.clew.model.ValueType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads KeyValue messages into attribute tables: the hot loop of decoding. Scalars go straight into the columns; nested
 * values pass through {@link NestedValues}. As in the official parser a repeated key or scalar replaces the earlier one,
 * and the parts of a value that was sent in pieces are merged.
 *
 * <p>Spans of one name carry much the same attributes in the same order. So what followed a key in the owner of the same
 * name before is remembered, and a message that is the same byte for byte is not read a second time. For one thread.
 */
final class AttributeReader {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int KEY = 1 << 3 | Wire.LENGTH;
    private static final int VALUE = 2 << 3 | Wire.LENGTH;
    /** Messages remembered, a power of two: by the owner's name and the key before; others take their places. */
    private static final int SLOTS = 1024;

    /** Owners that have no name, for {@link #owner}; names are never negative. */
    static final int RESOURCE = -1;

    static final int SCOPE = -2;
    static final int LINK = -3;

    private final NestedValues nested;
    /** Where the message stands in the request, and its length; 0 in an empty slot, since no KeyValue stands at 0. */
    private final int[] seenAt = new int[SLOTS];

    private final int[] seenLength = new int[SLOTS];
    private final int[] seenKey = new int[SLOTS];
    private final byte[] seenType = new byte[SLOTS];
    private final long[] seenValue = new long[SLOTS];
    private int ownerName;
    private int lastKey;
    private Complaint complaint = new Complaint();
    private ByteDictionary dictionary = new ByteDictionary();

    private byte type;
    private long value;

    AttributeReader(NestedValues nested) {
        this.nested = nested;
    }

    /** Starts a request whose text goes into {@code dictionary}. */
    void start(ByteDictionary dictionary) {
        this.dictionary = dictionary;
        Arrays.fill(seenAt, 0);
        owner(0);
    }

    /**
     * What comes next are the first attributes of something with this name, of a kind without names, or with a name
     * that is not known (0).
     */
    void owner(int name) {
        ownerName = name;
        lastKey = 0;
    }

    void complainTo(Complaint complaint) {
        this.complaint = complaint;
        nested.complainTo(complaint);
    }

    /** Adds the KeyValue that stands in {@code a}, the request's bytes, to the newest owner of {@code table}. */
    void read(byte[] a, int from, int end, AttributeTable table) throws FormatException, MalformedRequestException {
        int slot = 67 * ownerName + lastKey & SLOTS - 1;
        int before = seenAt[slot];
        if (before != 0 && seenLength[slot] == end - from && same(a, before, from, end - from)) {
            lastKey = seenKey[slot];
            table.add(lastKey, seenType[slot], seenValue[slot]);
            return;
        }
        int key = 0;
        boolean valued = false;
        int p = from;
        while (p < end) {
            int tagAt = p;
            int tag = a[p++];
            if (tag < 0) {
                tag = (int) Wire.varint(a, tagAt, end);
                p = Wire.afterVarint(a, tagAt);
            }
            if (tag == KEY) {
                long content = Wire.content(a, p, end);
                p = (int) (content >>> 32);
                key = text(a, (int) content, p);
            } else if (tag == VALUE) {
                long content = Wire.content(a, p, end);
                p = (int) (content >>> 32);
                if (!valued) {
                    valued = true;
                    type = ValueType.EMPTY;
                    value = 0;
                    nested.begin();
                }
                any(a, (int) content, p);
            } else {
                p = Wire.skip(a, tag, tagAt, p, end);
            }
        }
        if (!valued) {
            type = ValueType.EMPTY;
            value = 0;
        } else if (type >= ValueType.ARRAY) {
            value = nested.intern(dictionary);
        }
        table.add(key, type, value);
        lastKey = key;
        // What is complained about must be complained about each time.
        if (!complaint.noted()) {
            seenAt[slot] = from;
            seenLength[slot] = end - from;
            seenKey[slot] = key;
            seenType[slot] = type;
            seenValue[slot] = value;
        }
    }

    private static boolean same(byte[] a, int one, int other, int length) {
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            if ((long) LONG.get(a, one + i) != (long) LONG.get(a, other + i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (a[one + i] != a[other + i]) {
                return false;
            }
        }
        return true;
    }

    /** Interns text; what is not UTF-8 is complained about and reads as empty. */
    int text(byte[] a, int from, int end) {
        if (!Utf8.valid(a, from, end)) {
            complaint.note(Reason.UTF8, from, end);
            return 0;
        }
        return dictionary.intern(a, from, end - from);
    }

    private void any(byte[] a, int from, int end) throws FormatException, MalformedRequestException {
        int p = from;
        while (p < end) {
            int tagAt = p;
            int tag = a[p++];
            if (tag < 0) {
                tag = (int) Wire.varint(a, tagAt, end);
                p = Wire.afterVarint(a, tagAt);
            }
            switch (tag) {
                case AnyValue.STRING -> {
                    long content = Wire.content(a, p, end);
                    p = (int) (content >>> 32);
                    type = ValueType.STRING;
                    value = text(a, (int) content, p);
                }
                case AnyValue.BOOL -> {
                    type = ValueType.BOOL;
                    value = Wire.varint(a, p, end) != 0 ? 1 : 0;
                    p = Wire.afterVarint(a, p);
                }
                case AnyValue.INT -> {
                    type = ValueType.INT;
                    value = Wire.varint(a, p, end);
                    p = Wire.afterVarint(a, p);
                }
                case AnyValue.DOUBLE -> {
                    type = ValueType.DOUBLE;
                    value = Wire.fixed64(a, p, end);
                    p += 8;
                }
                case AnyValue.ARRAY, AnyValue.KVLIST -> {
                    long content = Wire.content(a, p, end);
                    p = (int) (content >>> 32);
                    byte kind = tag == AnyValue.ARRAY ? ValueType.ARRAY : ValueType.KVLIST;
                    if (type != kind) {
                        type = kind;
                        nested.begin();
                    }
                    nested.append(kind, a, (int) content, p);
                }
                case AnyValue.BYTES -> {
                    long content = Wire.content(a, p, end);
                    p = (int) (content >>> 32);
                    type = ValueType.BYTES;
                    value = dictionary.intern(a, (int) content, p - (int) content);
                }
                default -> p = Wire.skip(a, tag, tagAt, p, end);
            }
        }
    }
}

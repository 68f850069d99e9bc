package io.clew.model;

/**
 * Type codes of attribute values as they stand in columns, log and blocks; the numbers never change. What the value's
 * {@code long} means is said at each.
 */
public final class ValueType {
    /** A value that was sent without content. The long is 0. */
    public static final byte EMPTY = 0;
    /** UTF-8 text. The long is a dictionary id. */
    public static final byte STRING = 1;
    /** The long is 0 or 1. */
    public static final byte BOOL = 2;
    /** The long itself. */
    public static final byte INT = 3;
    /** The long holds {@link Double#doubleToRawLongBits}. */
    public static final byte DOUBLE = 4;
    /** Raw bytes. The long is a dictionary id. */
    public static final byte BYTES = 5;
    /** Canonical OTLP ArrayValue bytes ({@link AttributeValue#encodeNested}). The long is a dictionary id. */
    public static final byte ARRAY = 6;
    /** Canonical OTLP KeyValueList bytes ({@link AttributeValue#encodeNested}). The long is a dictionary id. */
    public static final byte KVLIST = 7;

    private ValueType() {}

    /** Whether the value's long is a dictionary id. */
    public static boolean inDictionary(byte type) {
        return type == STRING || type >= BYTES;
    }
}

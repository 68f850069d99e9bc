package io.clew.ingest.otlp;

/** Tags of the AnyValue message; a string_value_strindex belongs to profiles and is skipped like an unknown field. */
final class AnyValue {
    static final int STRING = 1 << 3 | Wire.LENGTH;
    static final int BOOL = 2 << 3 | Wire.VARINT;
    static final int INT = 3 << 3 | Wire.VARINT;
    static final int DOUBLE = 4 << 3 | Wire.FIXED64;
    static final int ARRAY = 5 << 3 | Wire.LENGTH;
    static final int KVLIST = 6 << 3 | Wire.LENGTH;
    static final int BYTES = 7 << 3 | Wire.LENGTH;

    private AnyValue() {}
}

package io.clew.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An attribute value as an object, for doors, query results and nested values; never used per span on the hot paths.
 * Nested values stand in columns as canonical OTLP bytes: fields in order of their numbers, shortest varints, nothing
 * unknown. The element with no field set is the empty value.
 */
public sealed interface AttributeValue {
    record Empty() implements AttributeValue {}

    record Text(String value) implements AttributeValue {}

    record Bool(boolean value) implements AttributeValue {}

    record Int(long value) implements AttributeValue {}

    record Real(double value) implements AttributeValue {}

    record Bytes(byte[] value) implements AttributeValue {
        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && java.util.Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return java.util.Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "Bytes[value=" + java.util.HexFormat.of().formatHex(value) + "]";
        }
    }

    record Array(List<AttributeValue> elements) implements AttributeValue {}

    record KeyValues(List<Entry> entries) implements AttributeValue {}

    /** One entry of a {@link KeyValues}; keys may repeat. */
    record Entry(String key, AttributeValue value) {}

    /** Reads the value of one table entry. */
    static AttributeValue of(AttributeTable table, int entry, ByteDictionary dictionary) {
        long value = table.value(entry);
        return switch (table.type(entry)) {
            case ValueType.STRING -> new Text(dictionary.text((int) value));
            case ValueType.BOOL -> new Bool(value != 0);
            case ValueType.INT -> new Int(value);
            case ValueType.DOUBLE -> new Real(Double.longBitsToDouble(value));
            case ValueType.BYTES -> new Bytes(dictionary.copy((int) value));
            case ValueType.ARRAY, ValueType.KVLIST ->
                decodeNested(
                        table.type(entry), dictionary.array(), dictionary.offset((int) value), dictionary.length((int)
                                value));
            default -> new Empty();
        };
    }

    /** The {@link ValueType} code of this value. */
    default byte type() {
        return switch (this) {
            case Empty _ -> ValueType.EMPTY;
            case Text _ -> ValueType.STRING;
            case Bool _ -> ValueType.BOOL;
            case Int _ -> ValueType.INT;
            case Real _ -> ValueType.DOUBLE;
            case Bytes _ -> ValueType.BYTES;
            case Array _ -> ValueType.ARRAY;
            case KeyValues _ -> ValueType.KVLIST;
        };
    }

    /** The long that stands for this value in a column of a batch with this dictionary. */
    default long intern(ByteDictionary dictionary) {
        return switch (this) {
            case Empty _ -> 0;
            case Text v -> dictionary.intern(v.value());
            case Bool v -> v.value() ? 1 : 0;
            case Int v -> v.value();
            case Real v -> Double.doubleToRawLongBits(v.value());
            case Bytes v -> dictionary.intern(v.value());
            case Array _, KeyValues _ -> dictionary.intern(encodeNested(this));
        };
    }

    /** Canonical bytes of an {@link Array} (OTLP ArrayValue) or {@link KeyValues} (OTLP KeyValueList). */
    static byte[] encodeNested(AttributeValue value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        switch (value) {
            case Array array -> {
                for (AttributeValue element : array.elements()) {
                    delimited(out, 1, encodeAny(element));
                }
            }
            case KeyValues map -> {
                for (Entry entry : map.entries()) {
                    ByteArrayOutputStream pair = new ByteArrayOutputStream();
                    if (!entry.key().isEmpty()) {
                        delimited(pair, 1, entry.key().getBytes(StandardCharsets.UTF_8));
                    }
                    delimited(pair, 2, encodeAny(entry.value()));
                    delimited(out, 1, pair.toByteArray());
                }
            }
            default -> throw new IllegalArgumentException("not a nested value: " + value);
        }
        return out.toByteArray();
    }

    /**
     * Reads what {@link #encodeNested} wrote.
     *
     * @param type {@link ValueType#ARRAY} or {@link ValueType#KVLIST}
     * @throws IllegalArgumentException when the bytes are not canonical nested bytes
     */
    static AttributeValue decodeNested(byte type, byte[] bytes, int offset, int length) {
        Cursor in = new Cursor(bytes, offset, offset + length);
        if (type == ValueType.ARRAY) {
            List<AttributeValue> elements = new ArrayList<>();
            while (in.more()) {
                in.expect(1 << 3 | 2);
                elements.add(decodeAny(in.message()));
            }
            return new Array(List.copyOf(elements));
        }
        List<Entry> entries = new ArrayList<>();
        while (in.more()) {
            in.expect(1 << 3 | 2);
            Cursor pair = in.message();
            String key = "";
            AttributeValue value = new Empty();
            while (pair.more()) {
                if (pair.varint() == (1 << 3 | 2)) {
                    key = pair.message().text();
                } else {
                    value = decodeAny(pair.message());
                }
            }
            entries.add(new Entry(key, value));
        }
        return new KeyValues(List.copyOf(entries));
    }

    private static byte[] encodeAny(AttributeValue value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        switch (value) {
            case Empty _ -> {}
            case Text v -> delimited(out, 1, v.value().getBytes(StandardCharsets.UTF_8));
            case Bool v -> {
                out.write(2 << 3);
                out.write(v.value() ? 1 : 0);
            }
            case Int v -> {
                out.write(3 << 3);
                varint(out, v.value());
            }
            case Real v -> {
                out.write(4 << 3 | 1);
                long bits = Double.doubleToRawLongBits(v.value());
                for (int i = 0; i < 8; i++) {
                    out.write((int) (bits >>> 8 * i) & 0xFF);
                }
            }
            case Array _ -> delimited(out, 5, encodeNested(value));
            case KeyValues _ -> delimited(out, 6, encodeNested(value));
            case Bytes v -> delimited(out, 7, v.value());
        }
        return out.toByteArray();
    }

    private static AttributeValue decodeAny(Cursor in) {
        if (!in.more()) {
            return new Empty();
        }
        int tag = (int) in.varint();
        return switch (tag) {
            case 1 << 3 | 2 -> new Text(in.message().text());
            case 2 << 3 -> new Bool(in.varint() != 0);
            case 3 << 3 -> new Int(in.varint());
            case 4 << 3 | 1 -> new Real(Double.longBitsToDouble(in.fixed64()));
            case 5 << 3 | 2 -> in.message().nested(ValueType.ARRAY);
            case 6 << 3 | 2 -> in.message().nested(ValueType.KVLIST);
            case 7 << 3 | 2 -> new Bytes(in.message().copy());
            default -> throw new IllegalArgumentException("unexpected tag " + tag + " in a nested value");
        };
    }

    private static void delimited(ByteArrayOutputStream out, int field, byte[] content) {
        varint(out, field << 3 | 2);
        varint(out, content.length);
        out.writeBytes(content);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        while ((value & ~0x7FL) != 0) {
            out.write((int) value & 0x7F | 0x80);
            value >>>= 7;
        }
        out.write((int) value);
    }

    /** A bounded reading position in canonical nested bytes. */
    final class Cursor {
        private final byte[] bytes;
        private final int end;
        private int at;

        private Cursor(byte[] bytes, int from, int end) {
            this.bytes = bytes;
            this.at = from;
            this.end = end;
        }

        private boolean more() {
            return at < end;
        }

        private long varint() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte b = next();
                value |= (long) (b & 0x7F) << shift;
                if (b >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("varint longer than 10 bytes in a nested value");
        }

        private byte next() {
            if (at >= end) {
                throw new IllegalArgumentException("a nested value ends in the middle of a field");
            }
            return bytes[at++];
        }

        private long fixed64() {
            long value = 0;
            for (int i = 0; i < 8; i++) {
                value |= (next() & 0xFFL) << 8 * i;
            }
            return value;
        }

        private void expect(int tag) {
            long read = varint();
            if (read != tag) {
                throw new IllegalArgumentException("expected tag " + tag + " in a nested value, read " + read);
            }
        }

        private Cursor message() {
            long length = varint();
            if (length < 0 || length > end - at) {
                throw new IllegalArgumentException("a nested value's length runs past its end");
            }
            Cursor inner = new Cursor(bytes, at, at + (int) length);
            at += (int) length;
            return inner;
        }

        private AttributeValue nested(byte type) {
            return decodeNested(type, bytes, at, end - at);
        }

        private byte[] copy() {
            return java.util.Arrays.copyOfRange(bytes, at, end);
        }

        private String text() {
            return new String(bytes, at, end - at, StandardCharsets.UTF_8);
        }
    }
}

package io.clew.quality.load;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes protobuf fields, for building templates once; nothing here is fast. */
final class Wire {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] bytes() {
        return out.toByteArray();
    }

    int size() {
        return out.size();
    }

    Wire varint(int field, long value) {
        raw(field << 3L);
        raw(value);
        return this;
    }

    Wire fixed64(int field, long value) {
        raw(field << 3L | 1);
        for (int i = 0; i < 64; i += 8) {
            out.write((int) (value >>> i));
        }
        return this;
    }

    Wire fixed32(int field, int value) {
        raw(field << 3L | 5);
        for (int i = 0; i < 32; i += 8) {
            out.write(value >>> i);
        }
        return this;
    }

    /** Writes a field of bytes and returns where its content begins. */
    int field(int field, byte[] content) {
        raw(field << 3L | 2);
        raw(content.length);
        int at = out.size();
        out.writeBytes(content);
        return at;
    }

    Wire text(int field, String text) {
        field(field, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    Wire raw(byte[] content) {
        out.writeBytes(content);
        return this;
    }

    /** A KeyValue. */
    static byte[] attribute(String key, Wire value) {
        Wire pair = new Wire().text(1, key);
        pair.field(2, value.bytes());
        return pair.bytes();
    }

    static byte[] attribute(String key, String value) {
        return attribute(key, new Wire().text(1, value));
    }

    static byte[] attribute(String key, long value) {
        return attribute(key, new Wire().varint(3, value));
    }

    private void raw(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}

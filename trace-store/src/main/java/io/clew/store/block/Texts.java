package io.clew.store.block;

import io.clew.model.ByteDictionary;

/** Byte strings one after the other: a dictionary of a column, or a page of a column that has none. Never changes. */
final class Texts implements PageCache.Page {
    final byte[] bytes;
    private final int[] ends;

    private Texts(byte[] bytes, int[] ends) {
        this.bytes = bytes;
        this.ends = ends;
    }

    int size() {
        return ends.length;
    }

    int offset(int id) {
        return id == 0 ? 0 : ends[id - 1];
    }

    /** The place behind a text's last byte. */
    int end(int id) {
        return ends[id];
    }

    /** The text that holds the byte at a place; it is not before text {@code from}. */
    int idAt(int place, int from) {
        int low = from;
        int high = ends.length - 1;
        while (low < high) {
            int middle = low + high >>> 1;
            if (ends[middle] > place) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    int length(int id) {
        return ends[id] - offset(id);
    }

    String text(int id) {
        return new String(bytes, offset(id), length(id), java.nio.charset.StandardCharsets.UTF_8);
    }

    boolean equal(int id, byte[] utf8) {
        int from = offset(id);
        return java.util.Arrays.equals(bytes, from, from + length(id), utf8, 0, utf8.length);
    }

    int internTo(ByteDictionary dictionary, int id) {
        return dictionary.intern(bytes, offset(id), length(id));
    }

    @Override
    public int heapBytes() {
        return 64 + bytes.length + 4 * ends.length;
    }

    /** Collects byte strings and writes them: the lengths, then all bytes as one section. Reusable. */
    static final class Builder {
        private final ByteSink bytes = new ByteSink();
        private long[] lengths = new long[64];
        private int size;

        void clear() {
            bytes.clear();
            size = 0;
        }

        int size() {
            return size;
        }

        void add(ByteDictionary dictionary, int id) {
            add(dictionary.array(), dictionary.offset(id), dictionary.length(id));
        }

        void add(byte[] source, int offset, int length) {
            if (size == lengths.length) {
                lengths = java.util.Arrays.copyOf(lengths, 2 * size);
            }
            lengths[size++] = length;
            bytes.bytes(source, offset, length);
        }

        void write(LongCodec numbers, Compression compression, ByteSink out) {
            Numbers.write(lengths, size, LongCodec.Content.AMOUNTS, numbers, out);
            compression.section(bytes.array, 0, bytes.length, Compression.DENSE, out);
        }
    }

    /** Reads {@code count} byte strings. */
    static Texts read(ByteSource in, int count, Decompression decompression) {
        LongPage lengths = Numbers.page(in, count, decompression);
        int[] ends = new int[count];
        long end = 0;
        for (int i = 0; i < count; i++) {
            long length = lengths.get(i);
            if (length < 0 || (end += length) > Integer.MAX_VALUE - 64) {
                throw new IllegalStateException("texts of more than 2 GiB in a page");
            }
            ends[i] = (int) end;
        }
        return new Texts(decompression.section(in, (int) end), ends);
    }
}

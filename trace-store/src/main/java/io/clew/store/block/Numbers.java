package io.clew.store.block;

/**
 * Numbers that carry their own least and greatest: {@code zigzag(least), varint(greatest - least)}, and unless these are
 * equal what {@link LongCodec} writes. Nothing at all for no numbers.
 *
 * @param values not to be changed
 */
record Numbers(long[] values) implements PageCache.Page {
    static void write(long[] values, int count, LongCodec.Content content, LongCodec codec, ByteSink out) {
        if (count == 0) {
            return;
        }
        long least = values[0];
        long greatest = values[0];
        for (int i = 1; i < count; i++) {
            least = Math.min(least, values[i]);
            greatest = Math.max(greatest, values[i]);
        }
        out.zigzag(least);
        out.varint(greatest - least);
        if (least != greatest) {
            codec.encode(values, 0, count, least, greatest, content, out);
        }
    }

    static long[] read(ByteSource in, int count, Decompression decompression) {
        return page(in, count, decompression).intoArray();
    }

    /** As {@link #read}, held as narrow as they come. */
    static LongPage page(ByteSource in, int count, Decompression decompression) {
        if (count == 0) {
            return LongPage.constant(0, 0);
        }
        long least = in.zigzag();
        long range = in.varint();
        return range == 0 ? LongPage.constant(least, count) : LongCodec.decode(in, count, least, range, decompression);
    }

    @Override
    public int heapBytes() {
        return 32 + 8 * values.length;
    }
}

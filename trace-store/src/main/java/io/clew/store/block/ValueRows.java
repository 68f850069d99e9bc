package io.clew.store.block;

import java.util.BitSet;

/**
 * Which rows of a page have a value of a column: where no row has two, the values are those of these rows, one after the
 * other. So what is known of values becomes known of rows 64 rows at a time, and no row's template is looked at.
 *
 * @param words a bit a row, from the lowest of the first word on
 */
record ValueRows(long[] words) implements PageCache.Page {
    /** The rows that have one of these values. */
    BitSet of(BitSet values) {
        long[] from = values.toLongArray();
        long[] rows = new long[words.length];
        for (int w = 0, next = 0; w < rows.length && next >>> 6 < from.length; w++) {
            int at = next >>> 6;
            int count = Long.bitCount(words[w]);
            long bits = from[at] >>> next;
            if ((next & 63) + count > 64 && at + 1 < from.length) {
                bits |= from[at + 1] << -next;
            }
            rows[w] = Long.expand(bits, words[w]);
            next += count;
        }
        return BitSet.valueOf(rows);
    }

    @Override
    public int heapBytes() {
        return 40 + 8 * words.length;
    }
}

package io.clew.store.block;

import java.util.Arrays;

/**
 * What the attributes and names of a row group hold, as hashes ({@link ValueHash}) in filters of about
 * {@value #HASHES} each, a page each: hash h is in page {@code unsigned-high-half((h ^ 1 << 63) * pages)}. So a question
 * about one value reads a few kilobytes of a row group, and no header. Stateless.
 */
final class ValueFilter {
    private static final int HASHES = 8192;

    private ValueFilter() {}

    /** The page in which a hash is or is not. */
    static int page(long hash, int pages) {
        return (int) Math.unsignedMultiplyHigh(hash ^ Long.MIN_VALUE, pages);
    }

    /**
     * Writes the pages and returns the length of each.
     *
     * @param hashes the first {@code count} are sorted here; may repeat
     */
    static int[] write(long[] hashes, int count, ByteSink page, PageSink out) {
        Arrays.sort(hashes, 0, count);
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || hashes[i] != hashes[i - 1]) {
                hashes[distinct++] = hashes[i];
            }
        }
        int pages = count == 0 ? 0 : Math.max(1, distinct / HASHES);
        int[] lengths = new int[pages];
        for (int p = 0, from = 0; p < pages; p++) {
            int to = from;
            while (to < distinct && page(hashes[to], pages) == p) {
                to++;
            }
            page.clear();
            BinaryFuseFilter.ofDistinct(hashes, from, to).write(page);
            out.page(page);
            lengths[p] = page.length;
            from = to;
        }
        return lengths;
    }
}

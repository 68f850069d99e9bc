package io.clew.store.block;

/**
 * Entries of {@link #ENTRIES} consecutive traces (fewer at the end) of the directory.
 *
 * @param firstRow the block's row of each trace's first span; one more entry than traces
 */
record DirectoryPage(long[] high, long[] low, long[] start, long[] end, boolean[] continued, long[] firstRow)
        implements PageCache.Page {
    static final int ENTRIES = 512;

    /** Collects entries and writes them. */
    static final class Builder {
        private final long[] high = new long[ENTRIES];
        private final long[] low = new long[ENTRIES];
        private final long[] start = new long[ENTRIES];
        private final long[] length = new long[ENTRIES];
        private final long[] spans = new long[ENTRIES];
        private int size;

        /** Whether the page is full. */
        boolean add(long idHigh, long idLow, long startsAt, long endsAt, boolean isExtended, int spanCount) {
            high[size] = idHigh;
            low[size] = idLow;
            start[size] = startsAt;
            length[size] = endsAt - startsAt;
            spans[size++] = (long) spanCount << 1 | (isExtended ? 1 : 0);
            return size == ENTRIES;
        }

        int size() {
            return size;
        }

        /** @param rowsBefore spans of all traces before these */
        void write(long rowsBefore, LongCodec longs, ByteSink out) {
            out.varint(rowsBefore);
            Numbers.write(high, size, LongCodec.Content.BITS, longs, out);
            Numbers.write(low, size, LongCodec.Content.BITS, longs, out);
            Numbers.write(start, size, LongCodec.Content.AMOUNTS, longs, out);
            Numbers.write(length, size, LongCodec.Content.AMOUNTS, longs, out);
            Numbers.write(spans, size, LongCodec.Content.AMOUNTS, longs, out);
            size = 0;
        }
    }

    static DirectoryPage read(ByteSource in, int count, Decompression decompression) {
        long rows = in.varint();
        long[] high = Numbers.read(in, count, decompression);
        long[] low = Numbers.read(in, count, decompression);
        long[] start = Numbers.read(in, count, decompression);
        long[] end = Numbers.read(in, count, decompression);
        long[] spans = Numbers.read(in, count, decompression);
        boolean[] continued = new boolean[count];
        long[] firstRow = new long[count + 1];
        for (int i = 0; i < count; i++) {
            end[i] += start[i];
            continued[i] = (spans[i] & 1) != 0;
            firstRow[i] = rows;
            rows += spans[i] >>> 1;
        }
        firstRow[count] = rows;
        return new DirectoryPage(high, low, start, end, continued, firstRow);
    }

    /**
     * What stands for a page that cannot be read: traces of no id and no spans, at the latest times they can have, so that
     * a search in order of time may pass over them.
     */
    static DirectoryPage lost(int count, long latestStart, long latestEnd, long rowsUpToItsEnd) {
        long[] start = new long[count];
        long[] end = new long[count];
        long[] firstRow = new long[count + 1];
        java.util.Arrays.fill(start, latestStart);
        java.util.Arrays.fill(end, latestEnd);
        java.util.Arrays.fill(firstRow, rowsUpToItsEnd);
        return new DirectoryPage(new long[count], new long[count], start, end, new boolean[count], firstRow);
    }

    boolean isLost() {
        return high.length > 0 && firstRow[0] == firstRow[high.length];
    }

    @Override
    public int heapBytes() {
        return 120 + 41 * high.length;
    }
}

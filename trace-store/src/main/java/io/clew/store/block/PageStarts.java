package io.clew.store.block;

/**
 * Start of each span of a page as sent (0 when unset), and whether it has an end; neither is known of the spans of traces
 * whose entries in the directory are lost.
 *
 * @param start the 64 bits, epoch nanoseconds
 * @param isWhole whether no trace's entry was lost
 */
record PageStarts(long[] start, boolean[] hasEnd, boolean isWhole) implements PageCache.Page {
    static PageStarts of(RowGroup group, int page, Block block, int firstOrdinal) {
        return group.startsOf(page, () -> read(group, page, block, firstOrdinal));
    }

    /** 2^62 ns after 1970 is the year 2116. Sums of one such start and two such lengths do not overflow. */
    private static final long LATEST = 1L << 62;

    private static final long LONGEST = 1L << 60;

    /** Whether certainly every span of a page has a valid start and an end that is no later than clocks can tell. */
    static boolean allValid(RowGroup group, int page, Block block, int firstOrdinal) {
        Column deltas = group.required(RowGroup.SPAN, RowGroup.START);
        Column lengths = group.required(RowGroup.SPAN, RowGroup.DURATION);
        return group.allHaveStartAndEnd
                && deltas.least(page) >= 0
                && deltas.greatest(page) <= LONGEST / Math.max(1, deltas.count(page))
                && lengths.least(page) >= -LONGEST
                && lengths.greatest(page) <= LONGEST
                && block.start(firstOrdinal + group.pageTraces[page]) > 0
                && block.start(firstOrdinal + group.pageTraces[page + 1] - 1) <= LATEST;
    }

    private static PageStarts read(RowGroup group, int page, Block block, int firstOrdinal) {
        LongPage deltas = group.required(RowGroup.SPAN, RowGroup.START).longs(page);
        LongPage templates = group.templatesOf(RowGroup.SPAN, page);
        long[] marks = group.templates[RowGroup.SPAN][RowGroup.SPAN_MARKS];
        long[] start = new long[deltas.count()];
        boolean[] hasEnd = new boolean[start.length];
        boolean isWhole = true;
        for (int trace = group.pageTraces[page]; trace < group.pageTraces[page + 1]; trace++) {
            int ordinal = firstOrdinal + trace;
            if (block.isLost(ordinal)) {
                isWhole = false;
                continue;
            }
            long last = BlockWriter.base(block.start(ordinal));
            int row = block.rowFrom(ordinal) - group.pageRows[page];
            for (int end = row + block.spanCount(ordinal); row < end; row++) {
                long mark = marks[templates.id(row)];
                hasEnd[row] = (mark & RowGroup.HAS_END) != 0;
                if ((mark & RowGroup.HAS_START) != 0) {
                    last += deltas.get(row);
                    start[row] = last;
                }
            }
        }
        return new PageStarts(start, hasEnd, isWhole);
    }

    @Override
    public int heapBytes() {
        return 64 + 9 * start.length;
    }
}

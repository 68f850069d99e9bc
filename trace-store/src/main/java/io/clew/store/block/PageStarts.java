package io.clew.store.block;

/**
 * Start of each span of a page as sent (0 when unset), and whether it has an end.
 *
 * @param start the 64 bits, epoch nanoseconds
 */
record PageStarts(long[] start, boolean[] hasEnd) implements PageCache.Page {
    static PageStarts of(RowGroup group, int page, Block block, int firstOrdinal) {
        return group.startsOf(page, () -> read(group, page, block, firstOrdinal));
    }

    private static PageStarts read(RowGroup group, int page, Block block, int firstOrdinal) {
        LongPage deltas = group.required(RowGroup.SPAN, RowGroup.START).longs(page);
        LongPage templates = group.templatesOf(RowGroup.SPAN, page);
        long[] marks = group.templates[RowGroup.SPAN][RowGroup.SPAN_MARKS];
        long[] start = new long[deltas.count()];
        boolean[] hasEnd = new boolean[start.length];
        int row = 0;
        for (int trace = group.pageTraces[page]; trace < group.pageTraces[page + 1]; trace++) {
            int ordinal = firstOrdinal + trace;
            long last = BlockWriter.base(block.start(ordinal));
            for (int end = row + block.spanCount(ordinal); row < end; row++) {
                long mark = marks[templates.id(row)];
                hasEnd[row] = (mark & RowGroup.HAS_END) != 0;
                if ((mark & RowGroup.HAS_START) != 0) {
                    last += deltas.get(row);
                    start[row] = last;
                }
            }
        }
        return new PageStarts(start, hasEnd);
    }

    @Override
    public int heapBytes() {
        return 64 + 9 * start.length;
    }
}

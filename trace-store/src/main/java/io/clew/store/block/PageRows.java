package io.clew.store.block;

/**
 * Template, resource and receive time of each span of a page: what cannot be read of one row without those before it.
 *
 * @param template template numbers
 * @param resource resource numbers
 * @param received epoch nanoseconds
 */
record PageRows(int[] template, int[] resource, long[] received) implements PageCache.Page {
    static PageRows of(RowGroup group, Column templates, int page) {
        int count = group.pageRows[page + 1] - group.pageRows[page];
        LongPage ids = templates.longs(page);
        LongPage ranks = group.required(RowGroup.SPAN, RowGroup.RESOURCE).longs(page);
        LongPage codes = group.required(RowGroup.SPAN, RowGroup.ARRIVAL).longs(page);
        RowGroup.expect("templates in a page", count, ids.count());
        RowGroup.expect("resources in a page", count, ranks.count());
        RowGroup.expect("arrivals in a page", count, codes.count());
        Arrivals.Table arrivals = group.arrivals();
        int[] place = arrivals.first().clone();
        int[] template = new int[count];
        int[] resource = new int[count];
        long[] received = new long[count];
        for (int i = 0; i < count; i++) {
            template[i] = ids.id(i);
            resource[i] = group.candidates[template[i]][ranks.id(i)];
            place[resource[i]] += codes.id(i);
            received[i] = arrivals.times()[place[resource[i]]];
        }
        return new PageRows(template, resource, received);
    }

    @Override
    public int heapBytes() {
        return 80 + 16 * template.length;
    }
}

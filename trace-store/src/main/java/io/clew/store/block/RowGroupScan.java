package io.clew.store.block;

import io.clew.store.ReadControl;
import java.util.BitSet;

/** One condition over one row group, page of rows by page of rows in any order. Thread-safe. */
public final class RowGroupScan {
    private final Block block;
    private final RowGroup group;
    private final ConditionScan scan;
    private final int rowGroup;

    RowGroupScan(Block block, RowGroup group, ConditionScan scan, int rowGroup) {
        this.block = block;
        this.group = group;
        this.scan = scan;
        this.rowGroup = rowGroup;
    }

    /** How many pages of rows. */
    public int pages() {
        return group.pages();
    }

    /** The ordinal of a page's first trace; of the page after the last, the ordinal after the row group. */
    public int firstOrdinal(int page) {
        return block.firstOrdinal(rowGroup) + group.pageTraces[page];
    }

    /** Ordinals, ascending, of the page's traces in which some span may satisfy the condition; never misses one. */
    public int[] traces(int page, ReadControl control) {
        control.check();
        block.requireDirectory(firstOrdinal(page), firstOrdinal(page + 1));
        BitSet rows = group.guarded(() -> scan.rows(page));
        int[] traces = block.tracesOf(
                rows, block.firstRow(rowGroup) + group.pageRows[page], firstOrdinal(page), firstOrdinal(page + 1));
        control.inspected(
                firstOrdinal(page + 1) - firstOrdinal(page), group.pageRows[page + 1] - group.pageRows[page], 0);
        return traces;
    }
}

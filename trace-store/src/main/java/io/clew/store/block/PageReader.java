package io.clew.store.block;

import io.clew.model.SpanBatch;
import io.clew.store.ReadControl;
import io.clew.store.SpanColumns;

/**
 * Reads a row group page by page into one batch, whose spans are those of the page read last and whose texts, resources and
 * scopes stay: so spans are still near the processor when they are looked at. For one thread.
 */
public final class PageReader {
    private final RowGroup group;
    private final Block block;
    private final int firstOrdinal;
    private final SpanBatch into;
    private final RowDecoder decoder;
    private int page = -1;

    /** @param columns what is to be given at least */
    public PageReader(Block block, int rowGroup, SpanColumns columns, SpanBatch into) {
        this.block = block;
        this.into = into;
        group = block.group(rowGroup);
        firstOrdinal = block.firstOrdinal(rowGroup);
        decoder = group.guarded(() -> new RowDecoder(group, columns, into, true));
    }

    /** Puts the next page's spans into the batch, trace after trace; false when there is none. */
    public boolean next(ReadControl control) {
        if (page + 1 >= group.pages()) {
            return false;
        }
        control.check();
        page++;
        block.requireDirectory(first(), end());
        into.dropSpans();
        group.guarded(() -> {
            decoder.page(page);
            int row = group.pageRows[page];
            for (int ordinal = first(); ordinal < end(); ordinal++) {
                block.trace(decoder, ordinal, row);
                row += block.spanCount(ordinal);
            }
            RowGroup.expect("rows up to page " + (page + 1), group.pageRows[page + 1], row);
            return group;
        });
        control.inspected(end() - first(), into.spanCount(), 0);
        return true;
    }

    /** The ordinal of the page's first trace. */
    public int first() {
        return firstOrdinal + group.pageTraces[page];
    }

    /** One more than the ordinal of its last. */
    public int end() {
        return firstOrdinal + group.pageTraces[page + 1];
    }
}

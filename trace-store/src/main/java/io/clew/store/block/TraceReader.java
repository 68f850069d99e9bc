package io.clew.store.block;

import io.clew.model.SpanBatch;
import io.clew.store.ReadControl;
import io.clew.store.SpanColumns;
import org.jspecify.annotations.Nullable;

/**
 * Appends traces of one block to one batch, one by one. Texts, resources and scopes are translated once for a row group, and
 * rows between two traces are passed over, so many traces in ascending order cost little more than their spans. For one
 * thread; the batch must not be cleared meanwhile.
 */
public final class TraceReader {
    private final Block block;
    private final SpanColumns columns;
    private final SpanBatch into;
    private int rowGroup = -1;
    private @Nullable RowDecoder decoder;
    private int page = -1;

    /** @param columns what is to be given at least */
    public TraceReader(Block block, SpanColumns columns, SpanBatch into) {
        this.block = block;
        this.columns = columns;
        this.into = into;
    }

    /** Appends all spans of a trace, ascending by start. */
    public void read(int ordinal, ReadControl control) {
        control.check();
        block.requireDirectory(ordinal, ordinal + 1);
        int wanted = block.rowGroupOf(ordinal);
        RowGroup group = block.group(wanted);
        group.guarded(() -> {
            RowDecoder at = decoder;
            if (at == null || rowGroup != wanted) {
                at = new RowDecoder(group, columns, into, true);
                decoder = at;
                rowGroup = wanted;
                page = -1;
            }
            int row = block.rowFrom(ordinal);
            if (page != group.pageOf(row) || row < at.nextRow()) {
                page = group.pageOf(row);
                at.page(page);
            }
            block.trace(at, ordinal, row);
            return group;
        });
        control.inspected(1, block.spanCount(ordinal), 0);
    }
}

package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.store.ReadControl;
import io.clew.store.block.Block;
import io.clew.store.block.BlockWriter;
import java.io.IOException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * One block being united with others: where the union stands in it, and its rows, read mostly in order. Two pages of rows are
 * kept, since the pieces of traces that other blocks share lie a little before or after the rest; what lies farther away is
 * read trace by trace.
 */
final class UnionInput implements Comparable<UnionInput> {
    private static final Block.PageTraces NO_TRACES = new Block.PageTraces(0, 0);

    private final LiveBlock live;
    private final Block block;
    private final int fewestCopied;
    private final BitSet split = new BitSet();
    /** Traces that are written when the union reaches them in another input. */
    private final BitSet left = new BitSet();

    private int ordinal;
    private long start;
    private Page newer = new Page();
    private Page older = new Page();
    private final SpanBatch single = new SpanBatch();

    /** @param fewestCopied a row group with fewer spans is united with its neighbours rather than copied */
    UnionInput(LiveBlock live, int fewestCopied) {
        this.live = live;
        this.block = live.block();
        this.fewestCopied = fewestCopied;
    }

    Block block() {
        return block;
    }

    /** Whether another input has a piece of the trace. */
    boolean isSplit(int trace) {
        return split.get(trace);
    }

    void markSplit(int trace) {
        split.set(trace);
    }

    void leaveToOther(int trace) {
        left.set(trace);
    }

    /** Goes to the first trace; all marks are set. */
    void begin() {
        moveTo(0);
    }

    private void moveTo(int trace) {
        ordinal = trace;
        while (ordinal < block.traces() && (live.isDeleted(ordinal) || left.get(ordinal))) {
            ordinal++;
        }
        if (hasMore()) {
            start = block.start(ordinal);
        }
    }

    boolean hasMore() {
        return ordinal < block.traces();
    }

    /** The trace the union has come to here. */
    int ordinal() {
        return ordinal;
    }

    void pass() {
        moveTo(ordinal + 1);
    }

    /** Orders by start and id of the traces come to. */
    @Override
    public int compareTo(UnionInput other) {
        int byStart = Long.compare(start, other.start);
        return byStart != 0 ? byStart : block.id(ordinal).compareTo(other.block.id(other.ordinal));
    }

    /** Whether the trace come to is before a trace of another block. */
    boolean isBefore(Block other, int trace) {
        long otherStart = other.start(trace);
        return start < otherStart || start == otherStart && block.id(ordinal).compareTo(other.id(trace)) < 0;
    }

    // ---- row groups

    int rowGroup() {
        return block.rowGroupOf(ordinal);
    }

    /** Whether a row group begins here that could be copied: large enough, of whole traces, none of them deleted. */
    boolean isAtRowGroup() {
        int group = rowGroup();
        if (block.firstOrdinal(group) != ordinal || block.rowGroupSpans(group) < fewestCopied) {
            return false;
        }
        int shared = split.nextSetBit(ordinal);
        return (shared < 0 || shared > lastOfRowGroup()) && !live.hasDeleted(ordinal, lastOfRowGroup());
    }

    int lastOfRowGroup() {
        int group = rowGroup();
        return (group + 1 < block.rowGroups() ? block.firstOrdinal(group + 1) : block.traces()) - 1;
    }

    void passRowGroup() {
        moveTo(lastOfRowGroup() + 1);
    }

    // ---- rows

    /** Adds the spans of a trace to the one begun last. */
    void copy(int trace, BlockWriter writer) throws IOException {
        Page page = page(trace);
        if (page == null) {
            single.clear();
            block.read(trace, single, ReadControl.unbounded());
            for (int row = 0; row < single.spanCount(); row++) {
                writer.addSpan(single, row);
            }
            return;
        }
        int from = block.rowFrom(trace) - block.rowFrom(page.traces.first());
        for (int row = from, to = from + block.spanCount(trace); row < to; row++) {
            writer.addSpan(page.rows, row);
        }
    }

    private @Nullable Page page(int trace) {
        if (newer.traces.holds(trace)) {
            return newer;
        }
        if (older.traces.holds(trace)) {
            return older;
        }
        Block.PageTraces wanted = block.pageTraces(trace);
        if (!wanted.holds(ordinal) && wanted.first() != newer.traces.end()) {
            return null;
        }
        Page page = older;
        older = newer;
        newer = page;
        page.traces = NO_TRACES;
        page.rows.clear();
        block.readPage(wanted, page.rows, ReadControl.unbounded());
        page.traces = wanted;
        return page;
    }

    /** Decoded traces. */
    private static final class Page {
        private final SpanBatch rows = new SpanBatch();
        private Block.PageTraces traces = NO_TRACES;
    }
}

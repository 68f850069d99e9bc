package io.clew.store.embedded;

import io.clew.store.block.Block;
import io.clew.store.block.BlockRows;
import io.clew.store.block.BlockWriter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * One block being united with others: where the union stands in it, and its rows, read mostly in order. A few pages of rows are
 * kept at hand, since the pieces of traces that other blocks share lie a little before or after the rest.
 */
final class UnionInput implements Comparable<UnionInput> {
    private static final int PAGES = 3;

    private final LiveBlock live;
    private final Block block;
    private final int fewestCopied;
    private final BitSet split = new BitSet();
    /** Traces that are written when the union reaches them in another input. */
    private final BitSet left = new BitSet();

    private int ordinal;
    private long start;
    /** The page used last comes last. */
    private final List<BlockRows> pages = new ArrayList<>();

    /**
     * @param block what is read of it
     * @param fewestCopied a row group with fewer spans is united with its neighbours rather than copied
     */
    UnionInput(LiveBlock live, Block block, int fewestCopied) {
        this.live = live;
        this.block = block;
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

    /** Adds the spans of a trace to the one that the writer is at. */
    void copy(int trace, BlockWriter writer) {
        writer.addSpans(rowsWith(trace, writer), trace);
    }

    private BlockRows rowsWith(int trace, BlockWriter writer) {
        if (pages.isEmpty()) {
            for (int i = 0; i < PAGES; i++) {
                pages.add(writer.rowsOf(block));
            }
        }
        int at = pages.size() - 1;
        while (at > 0 && !pages.get(at).traces().holds(trace)) {
            at--;
        }
        BlockRows page = pages.remove(at);
        pages.addLast(page);
        if (!page.traces().holds(trace)) {
            page.read(block.pageTraces(trace));
        }
        return page;
    }
}

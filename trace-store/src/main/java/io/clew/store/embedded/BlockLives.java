package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.store.ReadControl;
import io.clew.store.RetentionRules;
import io.clew.store.block.Block;
import org.roaringbitmap.RoaringBitmap;

/**
 * What retention must know of each trace's piece in one block; 16 bytes a trace. Made by reading all of the block, so only
 * for blocks of which some traces are due and others are not.
 */
final class BlockLives {
    private final long[] lastArrival;
    private final long[] due;
    private final RoaringBitmap marked = new RoaringBitmap();

    /** @throws io.clew.store.DamagedException when the block cannot be read */
    BlockLives(Block block, RetentionRules rules, ReadControl control) {
        lastArrival = new long[block.traces()];
        due = new long[block.traces()];
        TraceLife life = new TraceLife(rules);
        for (int group = 0; group < block.rowGroups(); group++) {
            SpanBatch spans = block.readRowGroup(group, control);
            life.read(spans);
            int row = 0;
            int end = group + 1 < block.rowGroups() ? block.firstOrdinal(group + 1) : block.traces();
            for (int ordinal = block.firstOrdinal(group); ordinal < end; ordinal++) {
                life.clear();
                for (int to = row + block.spanCount(ordinal); row < to; row++) {
                    life.add(row);
                }
                life.add(block.start(ordinal), block.end(ordinal));
                lastArrival[ordinal] = life.lastArrival();
                due[ordinal] = life.due(false);
                if (life.marked()) {
                    marked.add(ordinal);
                }
            }
        }
    }

    /** Receive time of the piece's last span. */
    long lastArrival(int ordinal) {
        return lastArrival[ordinal];
    }

    /** The trace goes no earlier. */
    long due(int ordinal) {
        return due[ordinal];
    }

    /** Notes that its other pieces make the trace go later. */
    void postpone(int ordinal, long until) {
        due[ordinal] = until;
    }

    /** Ordinals of pieces with a span that marks the trace. */
    RoaringBitmap marked() {
        return marked;
    }
}

package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot.TraceCursor;
import io.clew.store.SpanCondition;
import io.clew.store.Window;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * Traces that may satisfy a condition, newest first, reading no more than the answer needs.
 *
 * <p>Row groups of all blocks are taken in descending order of the newest start in them. A trace stands in a block with
 * the start it was known to have when the block was written, which is never before its true start; so every trace not yet
 * found starts no later than the newest row group not yet read, and what was found and is newer than that can be given
 * out. A trace's true start and end are the extremes over all places where it is stored.
 *
 * <p>Row groups that cannot hold a piece of a trace in the window (or after the cursor) are skipped. A trace whose
 * matching piece is skipped may still be in the window by a later piece of it: that later piece is marked continued, its
 * block knows the interval of the earlier ones too, and so continued traces count as found wherever a piece of them lies in
 * what was skipped.
 */
final class TraceSearch implements TraceCursor {
    private final EmbeddedSnapshot snapshot;
    private final SpanCondition condition;
    private final Window window;
    private final @Nullable Position after;
    private final ReadControl control;

    private final Map<TraceId, HeadTrace> head = new HashMap<>();
    private final List<BlockPart> blocks = new ArrayList<>();
    private final PriorityQueue<BlockPart> toRead =
            new PriorityQueue<>(Comparator.comparingLong(BlockPart::newestStart).reversed());
    private final PriorityQueue<Position> found = new PriorityQueue<>();
    private final Set<TraceId> seen = new HashSet<>();
    private boolean anySkipped;

    TraceSearch(
            EmbeddedSnapshot snapshot,
            SpanCondition condition,
            Window window,
            @Nullable Position after,
            ReadControl control) {
        this.snapshot = snapshot;
        this.condition = condition;
        this.window = window;
        this.after = after;
        this.control = control;
        long newestWanted = Math.min(window.to(), after == null ? Long.MAX_VALUE : after.start());
        for (LiveBlock block : snapshot.blocks()) {
            BlockPart part = new BlockPart(block, newestWanted);
            blocks.add(part);
            anySkipped |= part.skipsSome();
        }
        for (BlockPart part : blocks) {
            if (part.hasMore()) {
                toRead.add(part);
            }
        }
        searchHead();
    }

    @Override
    public @Nullable Trace next() {
        while (true) {
            control.check();
            Position best = found.peek();
            BlockPart newest = toRead.peek();
            if (best != null && (newest == null || best.start() > newest.newestStart())) {
                found.remove();
                Trace trace = snapshot.trace(best.id(), control).orElse(null);
                if (trace != null) {
                    return trace;
                }
            } else if (newest != null) {
                toRead.remove();
                newest.readNext();
                if (newest.hasMore()) {
                    toRead.add(newest);
                }
            } else {
                return null;
            }
        }
    }

    private void searchHead() {
        for (HeadBatch batch : snapshot.head()) {
            control.check();
            BatchMatcher matcher = BatchMatcher.bind(condition, batch.spans());
            TraceGroups groups = batch.groups();
            for (int group = 0; group < groups.size(); group++) {
                HeadTrace trace = head.computeIfAbsent(groups.id(group), _ -> new HeadTrace());
                trace.add(groups, group);
                for (int i = groups.from(group); i < groups.to(group) && !trace.matches; i++) {
                    trace.matches = matcher.matches(groups.row(i));
                }
            }
        }
        head.forEach((id, trace) -> {
            if (trace.matches || anySkipped && trace.continued && standsInSkipped(id)) {
                consider(id);
            }
        });
    }

    private boolean standsInSkipped(TraceId id) {
        for (BlockPart part : blocks) {
            if (part.skipsSome() && part.block.find(id) >= part.readableTraces) {
                return true;
            }
        }
        return false;
    }

    /** Puts a candidate among the found, with its true start, if it is new, in the window and after the cursor. */
    private void consider(TraceId id) {
        if (!seen.add(id)) {
            return;
        }
        Interval whole = new Interval();
        HeadTrace inHead = head.get(id);
        if (inHead != null) {
            whole.add(inHead.start, inHead.end);
        }
        for (BlockPart part : blocks) {
            int ordinal = part.block.find(id);
            if (ordinal >= 0) {
                whole.add(part.block.block().start(ordinal), part.block.block().end(ordinal));
            }
        }
        Position position = new Position(whole.start, id);
        if (window.overlaps(whole.start, whole.end) && (after == null || position.compareTo(after) > 0)) {
            found.add(position);
        }
    }

    /** What the head knows of one trace. */
    private static final class HeadTrace extends Interval {
        private boolean matches;
        private boolean continued;

        private void add(TraceGroups groups, int group) {
            add(groups.start(group), groups.end(group));
            continued |= groups.continued(group);
        }
    }

    /** One block's row groups, from the newest wanted to the oldest. */
    private final class BlockPart {
        private final LiveBlock block;
        private final boolean mayMatch;
        /** Ordinals from here on are skipped. */
        private final int readableTraces;

        private int nextRowGroup;

        private BlockPart(LiveBlock block, long newestWanted) {
            this.block = block;
            int groups = block.mayOverlap(window) ? block.block().rowGroups() : 0;
            int skippedFrom = block.mayOverlap(window) ? block.block().traces() : 0;
            while (groups > 0 && block.block().start(block.block().firstOrdinal(groups - 1)) > newestWanted) {
                groups--;
                skippedFrom = block.block().firstOrdinal(groups);
            }
            this.readableTraces = skippedFrom;
            this.nextRowGroup = groups - 1;
            this.mayMatch = groups > 0 && block.block().mayMatch(condition);
        }

        private boolean skipsSome() {
            return readableTraces < block.block().traces();
        }

        private boolean hasMore() {
            return nextRowGroup >= 0 && (mayMatch || anySkipped);
        }

        private int endOrdinal(int rowGroup) {
            return rowGroup + 1 < block.block().rowGroups()
                    ? block.block().firstOrdinal(rowGroup + 1)
                    : block.block().traces();
        }

        /**
         * No trace not yet read starts later. One that was written without a valid start may have got one since, by a
         * piece stored elsewhere: such blocks, all of the stray partition, are read first.
         */
        private long newestStart() {
            if (block.block().start(0) == SpanBatch.NO_TIME) {
                return Long.MAX_VALUE;
            }
            return block.block().start(endOrdinal(nextRowGroup) - 1);
        }

        private void readNext() {
            int rowGroup = nextRowGroup--;
            int from = block.block().firstOrdinal(rowGroup);
            int to = endOrdinal(rowGroup);
            if (mayMatch) {
                RoaringBitmap matching = block.block().matching(condition, rowGroup, control);
                PeekableIntIterator ordinals = matching.getIntIterator();
                while (ordinals.hasNext()) {
                    int ordinal = ordinals.next();
                    if (!block.isDeleted(ordinal)) {
                        consider(block.block().id(ordinal));
                    }
                }
            }
            if (anySkipped) {
                for (int ordinal = from; ordinal < to; ordinal++) {
                    if (block.block().continued(ordinal) && !block.isDeleted(ordinal)) {
                        TraceId id = block.block().id(ordinal);
                        if (standsInSkipped(id)) {
                            consider(id);
                        }
                    }
                }
            }
        }
    }
}

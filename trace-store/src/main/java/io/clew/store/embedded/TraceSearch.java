package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.store.Damage;
import io.clew.store.DamagedException;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot.TraceCursor;
import io.clew.store.SpanCondition;
import io.clew.store.Window;
import io.clew.store.block.Block;
import io.clew.store.block.RowGroupScan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Traces that may satisfy a condition, newest first, reading no more than the answer needs.
 *
 * <p>Pages of rows of all blocks are taken in descending order of the newest start in them, and the traces found in one
 * are looked at one by one, newest first. A trace stands in a block with the start it was known to have when the block was
 * written, which is never before its true start; so every trace not yet looked at starts no later than the newest place
 * not yet read, and what was found and is newer than that can be given out. A trace's true start and end are the
 * extremes over all places where it is stored.
 *
 * <p>What is known of a trace in a block tells whether that place is read: whether it overlaps the window (and does not
 * start before the cursor's place is reached). A trace whose matching piece is not read may still be in the window by a
 * later piece of it: that later piece is marked continued, its block knows the interval of the earlier ones too, and so
 * continued traces count as found wherever a piece of them lies in what is not read.
 */
final class TraceSearch implements TraceCursor {
    private final EmbeddedSnapshot snapshot;
    private final SpanCondition condition;
    private final Window window;
    private final @Nullable Position after;
    private final ReadControl control;
    /** Places of traces that start later are not read. */
    private final long newestWanted;

    private final Map<TraceId, HeadTrace> head = new HashMap<>();
    private final List<BlockPart> blocks = new ArrayList<>();
    private final PriorityQueue<BlockPart> toRead =
            new PriorityQueue<>(Comparator.comparingLong(BlockPart::newestStart).reversed());
    private final PriorityQueue<Position> found = new PriorityQueue<>();
    private final Set<TraceId> seen = new HashSet<>();
    private final boolean readsAll;
    private final ReadAhead ahead;
    private int pagesRead;

    TraceSearch(
            EmbeddedSnapshot snapshot,
            SpanCondition condition,
            Window window,
            @Nullable Position after,
            ReadControl control,
            ReadAhead ahead) {
        this.snapshot = snapshot;
        this.condition = condition;
        this.window = window;
        this.after = after;
        this.control = control;
        this.ahead = ahead;
        this.newestWanted = Math.min(window.to(), after == null ? Long.MAX_VALUE : after.start());
        this.readsAll = window.isAll() && after == null;
        for (LiveBlock block : snapshot.blocks()) {
            BlockPart part = new BlockPart(block);
            blocks.add(part);
            if (part.hasMore()) {
                toRead.add(part);
            }
        }
        searchHead();
        snapshot.noteMissing(window, control);
        snapshot.noteLost(window, control);
    }

    @Override
    public @Nullable Trace next() {
        return next(new SpanBatch());
    }

    @Override
    public @Nullable Trace next(SpanBatch batch) {
        while (true) {
            control.check();
            Position best = found.peek();
            BlockPart newest = toRead.peek();
            if (best != null && (newest == null || best.start() > newest.newestStart())) {
                found.remove();
                Trace trace = read(best.id(), batch);
                if (trace != null) {
                    return trace;
                }
            } else if (newest != null) {
                toRead.remove();
                newest.advance();
                if (newest.hasMore()) {
                    toRead.add(newest);
                }
            } else {
                snapshot.noteLost(window, control);
                return null;
            }
        }
    }

    /** The trace, or null when nothing of it can be read, which is noted. */
    private @Nullable Trace read(TraceId id, SpanBatch batch) {
        try {
            batch.clear();
            return snapshot.read(id, batch, control).orElse(null);
        } catch (DamagedException unreadable) {
            return null;
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
            if (trace.matches || trace.continued && standsUnread(id)) {
                consider(id, null, -1);
            }
        });
    }

    /** Whether some block has a piece of the trace at a place that is not read. */
    private boolean standsUnread(TraceId id) {
        if (readsAll) {
            return false;
        }
        for (BlockPart part : blocks) {
            int ordinal = part.block.find(id);
            if (ordinal >= 0 && !part.reads(ordinal)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Puts a candidate among the found, with its true start, if it is new, in the window and after the cursor.
     *
     * @param in a block that has it, with its ordinal there, or null
     */
    private void consider(TraceId id, @Nullable BlockPart in, int ordinalThere) {
        if (!seen.add(id)) {
            return;
        }
        Interval whole = new Interval();
        HeadTrace inHead = head.get(id);
        if (inHead != null) {
            whole.add(inHead.start, inHead.end);
        }
        for (BlockPart part : blocks) {
            int ordinal = part == in ? ordinalThere : part.block.find(id);
            if (ordinal >= 0) {
                whole.add(part.file.start(ordinal), part.file.end(ordinal));
            }
        }
        Position position = new Position(whole.start, id);
        if (window.overlaps(whole.start, whole.end) && (after == null || position.compareTo(after) > 0)) {
            found.add(position);
        }
    }

    /** Has row groups scanned that are still to be read, the newest first. */
    private void readAhead() {
        while (ahead.hasRoom(pagesRead)) {
            BlockPart next = null;
            for (BlockPart part : blocks) {
                if (part.notBegun > 0 && (next == null || part.newestNotBegun() > next.newestNotBegun())) {
                    next = part;
                }
            }
            if (next == null) {
                return;
            }
            next.scanNext();
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

    /** One block, from the newest trace wanted to the oldest: row groups, their pages, the traces found in a page. */
    private final class BlockPart {
        private static final int[] NONE = {};

        private final LiveBlock block;
        private final Block file;
        /** Whether some trace was written without a valid start. */
        private final boolean hasUnset;
        /** Row groups from 0 to before this one are still to be read. */
        private int rowGroups;
        /** Row groups from 0 to before this one are not scanned ahead; those from it on are, as long as they are to be read. */
        private int notBegun;

        private final ArrayDeque<FutureTask<ReadAhead.Found>> scannedAhead = new ArrayDeque<>();
        /** What was found ahead in the row group that is begun. */
        private ReadAhead.Found known = ReadAhead.Found.UNKNOWN;
        /** The row group whose pages, from 0 to before {@link #pages}, are still to be read; null: none is begun. */
        private @Nullable RowGroupScan scan;

        private int pages;
        /** Traces found, from place 0 to before {@link #waiting}, that are still to be looked at. */
        private int[] traces = NONE;

        private int waiting;

        private BlockPart(LiveBlock block) {
            this.block = block;
            this.file = block.block();
            int groups = block.mayOverlap(window) ? file.rowGroups() : 0;
            // Nothing in a row group starts before the newest of the one before it.
            while (groups > 1 && file.newestStart(groups - 2) > newestWanted) {
                groups--;
            }
            this.rowGroups = groups;
            this.notBegun = groups;
            this.hasUnset = groups > 0 && file.start(0) == SpanBatch.NO_TIME;
        }

        private boolean hasMore() {
            return waiting > 0 || pages > 0 || rowGroups > 0;
        }

        /** Whether the place of this trace is read, or was. */
        private boolean reads(int ordinal) {
            long start = file.start(ordinal);
            return start <= newestWanted && window.overlaps(start, file.end(ordinal));
        }

        private int endOrdinal(int rowGroup) {
            return rowGroup + 1 < file.rowGroups() ? file.firstOrdinal(rowGroup + 1) : file.traces();
        }

        /**
         * No trace not yet looked at starts later. One that was written without a valid start may have got one since, by
         * a piece stored elsewhere: such blocks, all of the stray partition, are read first.
         */
        private long newestStart() {
            if (hasUnset) {
                return Long.MAX_VALUE;
            }
            if (waiting > 0) {
                return file.start(traces[waiting - 1]);
            }
            RowGroupScan begun = scan;
            return pages > 0 && begun != null
                    ? file.start(begun.firstOrdinal(pages) - 1)
                    : file.newestStart(rowGroups - 1);
        }

        /** Does the next small piece of work: one trace found, one page, or the beginning of one row group. */
        private void advance() {
            RowGroupScan begun = scan;
            if (waiting > 0) {
                int ordinal = traces[--waiting];
                if (!block.isDeleted(ordinal)) {
                    consider(file.id(ordinal), this, ordinal);
                }
            } else if (pages > 0 && begun != null) {
                pages--;
                pagesRead++;
                int from = begun.firstOrdinal(pages);
                int to = begun.firstOrdinal(pages + 1);
                if (readsSome(from, to)) {
                    found(known.isKnown() ? known.traces()[pages] : tracesIn(begun, from, to));
                    considerContinued(from, to);
                }
            } else {
                int from = file.firstOrdinal(--rowGroups);
                int to = endOrdinal(rowGroups);
                notBegun = Math.min(notBegun, rowGroups);
                FutureTask<ReadAhead.Found> task = scannedAhead.poll();
                readAhead();
                known = task == null ? ReadAhead.Found.UNKNOWN : ahead.finish(task);
                if (isWanted(rowGroups)) {
                    begin(from, to);
                }
            }
        }

        private boolean isWanted(int rowGroup) {
            return (window.isAll() || file.latestEnd(rowGroup) >= window.from())
                    && readsSome(file.firstOrdinal(rowGroup), endOrdinal(rowGroup));
        }

        private long newestNotBegun() {
            return hasUnset ? Long.MAX_VALUE : file.newestStart(notBegun - 1);
        }

        private void scanNext() {
            int rowGroup = --notBegun;
            scannedAhead.add(ahead.begin(() -> scan(rowGroup)));
        }

        /** All that reading the row group page by page would find. For any thread: of this search, looks at what never changes. */
        private ReadAhead.Found scan(int rowGroup) {
            RowGroupScan rows = isWanted(rowGroup) ? file.scan(condition, rowGroup) : null;
            int[][] found = new int[rows == null ? 0 : rows.pages()][];
            for (int page = found.length - 1; rows != null && page >= 0; page--) {
                if (ahead.isStopped()) {
                    return ReadAhead.Found.UNKNOWN;
                }
                found[page] = readsSome(rows.firstOrdinal(page), rows.firstOrdinal(page + 1))
                        ? rows.traces(page, control)
                        : NONE;
            }
            return new ReadAhead.Found(true, rows, found);
        }

        private void begin(int from, int to) {
            try {
                scan = known.isKnown() ? known.rows() : file.scan(condition, rowGroups);
                if (scan != null) {
                    pages = scan.pages();
                    return;
                }
            } catch (DamagedException unreadable) {
                control.missed(Damage.of(unreadable));
                found(IntStream.range(from, to).toArray());
            }
            considerContinued(from, to);
        }

        /** When a page cannot tell which traces match, all of them may, and what else is known of each decides. */
        private int[] tracesIn(RowGroupScan rows, int from, int to) {
            try {
                return rows.traces(pages, control);
            } catch (DamagedException unreadable) {
                control.missed(Damage.of(unreadable));
                return IntStream.range(from, to).toArray();
            }
        }

        private boolean readsSome(int from, int to) {
            return readsAll && from < to || file.anyTrace(from, to, newestWanted, window);
        }

        private void found(int[] ordinals) {
            traces = ordinals;
            waiting = ordinals.length;
        }

        private void considerContinued(int from, int to) {
            for (int ordinal = from; !readsAll && (ordinal = file.nextContinued(ordinal, to)) < to; ordinal++) {
                if (reads(ordinal) && !block.isDeleted(ordinal)) {
                    TraceId id = file.id(ordinal);
                    if (standsUnread(id)) {
                        consider(id, this, ordinal);
                    }
                }
            }
        }
    }
}

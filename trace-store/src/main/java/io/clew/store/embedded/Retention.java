package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.DamagedException;
import io.clew.store.FirstNames;
import io.clew.store.KeptCells;
import io.clew.store.ReadControl;
import io.clew.store.RetentionRules;
import io.clew.store.SpanCondition;
import io.clew.store.cells.CellDirectory;
import io.clew.store.files.CrashPoints;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.PeekableIntIterator;

/**
 * Applies {@link RetentionRules}: finds the traces in blocks that are due, whole, and removes them in one publication. A
 * block is looked into when the first of its traces may be due. When all must be, that is known from what the manifest and
 * the block's own filters say, and the block is dropped unread; else it is read once ({@link BlockLives}), and its traces
 * go one after the other, each when it is due. A trace with pieces in several blocks is judged by all of them, and one
 * with spans in the head waits until they are in a block.
 *
 * <p>Only damage keeps a due trace: a block that cannot be read goes when all of it must be due.
 *
 * <p>Used by the merger's thread, so that blocks are not replaced meanwhile; publishes on the committer's, so that no
 * append is judged against a trace that is just going. {@link #isDue} and {@link #reconsider} are for any thread. Some
 * lines over 500, since the two ways of a run, by age and by bytes, judge traces by the same state.
 */
final class Retention {
    private static final Logger LOG = System.getLogger(Retention.class.getName());
    private static final SpanCondition MARKED =
            new SpanCondition.Or(Stream.of(SpanCondition.Scope.SPAN, SpanCondition.Scope.RESOURCE)
                    .<SpanCondition>map(scope -> new SpanCondition.Test(
                            new SpanCondition.Attribute(scope, RetentionRules.KEEP_ATTRIBUTE),
                            SpanCondition.Operator.EXISTS,
                            new SpanCondition.Nothing()))
                    .toList());
    private static final SpanCondition ERROR = new SpanCondition.Test(
            SpanCondition.Intrinsic.STATUS, SpanCondition.Operator.EQUAL, new SpanCondition.Int(2));
    private static final long LONGEST_PAUSE = Duration.ofMinutes(1).toNanos();

    /** By bytes, at least this share of a block goes at once: so each byte that goes has at most three written anew. */
    private static final double LEAST_CUT = 0.25;

    private final StateCell cell;
    private final BlockStore blocks;
    private final Committer committer;
    private final RetentionRules rules;
    private final CellDirectory cells;
    /** No trace is due sooner after its last arrival. */
    private final long shortest;

    private final Map<Long, BlockLives> lives = new HashMap<>();
    /** By block, when a trace of it may be due next, where that is known better than by its first arrival. */
    private final Map<Long, Long> nextDue = new ConcurrentHashMap<>();

    private final AtomicLong reconsidered = new AtomicLong();
    private volatile long lastRun = Long.MIN_VALUE;

    Retention(StateCell cell, BlockStore blocks, Committer committer, RetentionRules rules, CellDirectory cells) {
        this.cell = cell;
        this.blocks = blocks;
        this.committer = committer;
        this.rules = rules;
        this.cells = cells;
        this.shortest = TraceLife.nanos(
                rules.services().values().stream().reduce(rules.age(), (a, b) -> a.compareTo(b) <= 0 ? a : b));
    }

    /**
     * Whether a run would find something, except that traces which become due one after the other wait for each other:
     * a thousandth of the shortest period, at most a minute.
     */
    boolean isDue() {
        List<LiveBlock> live = cell.current().blocks();
        if (rules.bytes() > 0 && live.stream().mapToLong(Retention::bytes).sum() > rules.bytes()) {
            return true;
        }
        long now = blocks.now();
        long pause = Math.min(LONGEST_PAUSE, shortest / 1000);
        return now >= TraceLife.after(lastRun, pause) && live.stream().anyMatch(block -> mayBeDue(block) <= now);
    }

    /** Something changed that may make traces due earlier: a mark was taken back. */
    void reconsider() {
        reconsidered.incrementAndGet();
        nextDue.clear();
    }

    /** Removes what is due now. */
    void run() throws IOException {
        long reconsideredBefore = reconsidered.get();
        StoreState state = cell.acquireBlocks();
        try {
            long now = blocks.now();
            lastRun = now;
            forgetAllBut(state.blocks());
            Run run = new Run(state, now);
            run.byAge();
            if (rules.bytes() > 0) {
                run.byBytes();
            }
            if (!run.removal.isEmpty()) {
                publish(run.removal, state.blocks());
            }
            if (reconsidered.get() != reconsideredBefore) {
                nextDue.clear();
            }
        } finally {
            cell.release(state);
        }
    }

    private void forgetAllBut(List<LiveBlock> live) {
        Set<Long> ids = new TreeSet<>();
        live.forEach(block -> ids.add(block.entry().id()));
        lives.keySet().retainAll(ids);
        nextDue.keySet().retainAll(ids);
    }

    private long mayBeDue(LiveBlock block) {
        return nextDue.getOrDefault(
                block.entry().id(), TraceLife.after(block.entry().firstArrival(), shortest));
    }

    /** Bytes of the block that its traces left account for. */
    private static double bytesEach(LiveBlock block) {
        return (double) block.entry().bytes() / block.entry().spans();
    }

    private static long bytes(LiveBlock block) {
        return Math.round(bytesEach(block) * block.spans());
    }

    private void publish(Removal removal, List<LiveBlock> judged) throws IOException {
        boolean published = false;
        try {
            committer.run(() -> publishUnchanged(removal, judged));
            published = true;
        } finally {
            if (!published) {
                nextDue.clear();
            }
        }
    }

    /** On the committer's thread: spares what has changed since the traces were chosen, and removes the rest. */
    private void publishUnchanged(Removal removal, List<LiveBlock> judged) throws IOException {
        StoreState now = cell.acquire();
        try {
            Map<Long, LiveBlock> live = new HashMap<>();
            now.blocks().forEach(block -> live.put(block.entry().id(), block));
            List<LiveBlock> newer = new ArrayList<>(now.blocks());
            Set<TraceId> spared = new TreeSet<>();
            for (LiveBlock block : judged) {
                LiveBlock today = live.get(block.entry().id());
                newer.remove(today);
                PeekableIntIterator pieces = removal.pieces(block.entry().id()).getIntIterator();
                while (pieces.hasNext()) {
                    int ordinal = pieces.next();
                    if (today == null || today.isDeleted(ordinal)) {
                        spared.add(block.block().id(ordinal));
                    }
                }
            }
            for (TraceId id : removal.traces()) {
                if (now.inHead(id) || newer.stream().anyMatch(block -> block.find(id) >= 0)) {
                    spared.add(id);
                }
            }
            if (!spared.isEmpty()) {
                spared.forEach(id -> removal.spare(id, judged));
                nextDue.clear();
            }
            if (!removal.isEmpty()) {
                cells.freeze(minutes(removal, judged));
                CrashPoints.at("retention.before-publish");
                blocks.publishRemoval(removal, false);
                CrashPoints.at("retention.after-publish");
            }
        } finally {
            cell.release(now);
        }
    }

    /** In which pieces of what goes begin: among them are those in which the traces do. */
    private static Set<Long> minutes(Removal removal, List<LiveBlock> judged) {
        Set<Long> minutes = new TreeSet<>();
        for (LiveBlock block : judged) {
            PeekableIntIterator pieces = removal.pieces(block.entry().id()).getIntIterator();
            while (pieces.hasNext()) {
                long start = block.block().start(pieces.next());
                if (start != SpanBatch.NO_TIME) {
                    minutes.add(Math.floorDiv(start, KeptCells.MINUTE_NANOS));
                }
            }
        }
        return minutes;
    }

    /** One run over the blocks of one state. */
    private final class Run {
        private final List<LiveBlock> live;
        private final Set<TraceId> kept;
        private final long now;
        private final Removal removal = new Removal();
        /** Traces with pieces in several blocks, or marked by name. */
        private final Map<TraceId, TraceLife> judged = new HashMap<>();

        private Run(StoreState state, long now) {
            this.live = state.blocks();
            this.kept = new TreeSet<>(state.manifest().kept());
            this.now = now;
        }

        private void byAge() {
            for (LiveBlock block : live) {
                if (mayBeDue(block) > now) {
                    continue;
                }
                long allDue = allDue(block);
                boolean all = allDue <= now;
                BlockLives pieces = all ? lives.get(block.entry().id()) : read(block);
                if (pieces == null && !all) {
                    // Unreadable; goes when all of it must be due.
                    nextDue.put(block.entry().id(), allDue);
                    continue;
                }
                long next = Long.MAX_VALUE;
                for (int ordinal = 0; ordinal < block.block().traces(); ordinal++) {
                    if (block.isDeleted(ordinal)) {
                        continue;
                    }
                    long due = pieces == null ? now : pieces.due(ordinal);
                    if (due <= now) {
                        due = whole(block, ordinal, pieces);
                    }
                    if (due <= now) {
                        remove(block, ordinal);
                    } else {
                        next = Math.min(next, due);
                    }
                }
                nextDue.put(block.entry().id(), next);
            }
        }

        /** When the whole trace is due; its piece in this block says now. */
        private long whole(LiveBlock block, int ordinal, @Nullable BlockLives pieces) {
            TraceId id = block.block().id(ordinal);
            boolean markedToo = kept.contains(id);
            if (!markedToo && !isElsewhere(block, id)) {
                return now;
            }
            TraceLife life = lifeOf(id);
            if (life == null) {
                return Long.MAX_VALUE;
            }
            long due = life.due(markedToo);
            if (due > now && pieces != null && !markedToo) {
                pieces.postpone(ordinal, due);
            }
            return due;
        }

        private boolean isElsewhere(LiveBlock block, TraceId id) {
            for (int i = 0; i < live.size(); i++) {
                LiveBlock other = live.get(i);
                if (!other.equals(block) && other.find(id.high(), id.low()) >= 0) {
                    return true;
                }
            }
            return false;
        }

        /** Over all pieces; null when some cannot be read, and then the trace stays. */
        private @Nullable TraceLife lifeOf(TraceId id) {
            TraceLife known = judged.get(id);
            if (known == null) {
                try {
                    known = readLifeOf(id);
                    judged.put(id, known);
                } catch (DamagedException damaged) {
                    LOG.log(Level.WARNING, "trace " + id + " cannot be judged: " + damaged.getMessage());
                }
            }
            return known;
        }

        private TraceLife readLifeOf(TraceId id) {
            TraceLife life = new TraceLife(rules);
            life.clear();
            for (LiveBlock block : live) {
                int ordinal = block.find(id);
                if (ordinal >= 0) {
                    SpanBatch spans = new SpanBatch();
                    block.block().read(ordinal, spans, ReadControl.unbounded());
                    life.read(spans);
                    for (int row = 0; row < spans.spanCount(); row++) {
                        life.add(row);
                    }
                }
            }
            return life;
        }

        private void remove(LiveBlock block, int ordinal) {
            TraceId id = block.block().id(ordinal);
            if (judged.containsKey(id)) {
                for (LiveBlock holder : live) {
                    int piece = holder.find(id);
                    if (piece >= 0) {
                        removal.add(id, holder, piece);
                    }
                }
            } else {
                removal.add(id, block, ordinal);
            }
        }

        /** When every trace of the block is due by the piece of it there, as far as can be told without reading. */
        private long allDue(LiveBlock block) {
            long longest = Math.max(TraceLife.nanos(rules.age()), TraceLife.nanos(rules.slow()));
            if (!rules.services().isEmpty()) {
                FirstNames<String> known = block.block().services();
                // Where not all names are known, any may be there.
                for (String service : block.block().namesAreWhole() && known.complete()
                        ? known
                        : rules.services().keySet()) {
                    longest = Math.max(longest, TraceLife.nanos(rules.services().getOrDefault(service, rules.age())));
                }
            }
            if (!rules.errors().isZero() && mayMatch(block, ERROR)) {
                longest = Math.max(longest, TraceLife.nanos(rules.errors()));
            }
            if (!rules.marked().isZero() && mayMatch(block, MARKED)) {
                longest = Math.max(longest, TraceLife.nanos(rules.marked()));
            }
            return TraceLife.after(block.entry().lastArrival(), longest);
        }

        private @Nullable BlockLives read(LiveBlock block) {
            BlockLives known = lives.get(block.entry().id());
            if (known == null) {
                try {
                    known = new BlockLives(block.block(), rules, ReadControl.unbounded());
                    lives.put(block.entry().id(), known);
                } catch (DamagedException damaged) {
                    LOG.log(Level.WARNING, "retention passes over a block it cannot read: " + damaged.getMessage());
                }
            }
            return known;
        }

        // ---- by bytes

        /** Oldest first by their last arrival; marked ones in a second round, when there are no others. */
        private void byBytes() {
            Removal marked = markedPieces();
            for (boolean markedToo : new boolean[] {false, true}) {
                List<LiveBlock> oldestFirst = new ArrayList<>(live);
                oldestFirst.sort((a, b) ->
                        Long.compare(a.entry().lastArrival(), b.entry().lastArrival()));
                for (LiveBlock block : oldestFirst) {
                    long cut = Long.MIN_VALUE;
                    while (cut < block.entry().lastArrival()) {
                        double tooMany = bytesLeft() - rules.bytes();
                        if (tooMany <= 0) {
                            return;
                        }
                        cut = cut(block, cut, tooMany, markedToo, marked);
                        removeUpTo(cut, markedToo, marked);
                    }
                }
            }
        }

        private double bytesLeft() {
            double bytes = 0;
            for (LiveBlock block : live) {
                bytes += bytesEach(block) * spansLeft(block, true, removal);
            }
            return bytes;
        }

        private long spansLeft(LiveBlock block, boolean markedToo, Removal marked) {
            long spans = block.spans();
            for (PeekableIntIterator going = removal.pieces(block.entry().id()).getIntIterator(); going.hasNext(); ) {
                spans -= block.block().spanCount(going.next());
            }
            if (!markedToo) {
                PeekableIntIterator pinned = marked.pieces(block.entry().id()).getIntIterator();
                while (pinned.hasNext()) {
                    int ordinal = pinned.next();
                    if (!removal.pieces(block.entry().id()).contains(ordinal)) {
                        spans -= block.block().spanCount(ordinal);
                    }
                }
            }
            return spans;
        }

        /**
         * The arrival up to which traces are to go next: all of the block, which is then dropped at no cost, unless it is
         * a good part of all that may be kept and less of it is enough. Then {@link #LEAST_CUT} of it, for what is left of it
         * is written anew at once.
         *
         * @param done the cut before, up to which nothing more can go
         */
        private long cut(LiveBlock block, long done, double tooMany, boolean markedToo, Removal marked) {
            double holds = bytesEach(block) * spansLeft(block, markedToo, marked);
            BlockLives pieces = holds > tooMany && holds > rules.bytes() / 8.0 ? read(block) : null;
            if (pieces == null) {
                return block.entry().lastArrival();
            }
            List<Integer> ordinals = new ArrayList<>();
            for (int ordinal = 0; ordinal < block.block().traces(); ordinal++) {
                if (pieces.lastArrival(ordinal) > done
                        && !block.isDeleted(ordinal)
                        && !removal.pieces(block.entry().id()).contains(ordinal)
                        && (markedToo || !marked.pieces(block.entry().id()).contains(ordinal))) {
                    ordinals.add(ordinal);
                }
            }
            ordinals.sort((a, b) -> Long.compare(pieces.lastArrival(a), pieces.lastArrival(b)));
            double left = Math.max(tooMany, holds * LEAST_CUT);
            long cut = block.entry().lastArrival();
            for (int ordinal : ordinals) {
                cut = pieces.lastArrival(ordinal);
                left -= bytesEach(block) * block.block().spanCount(ordinal);
                if (left <= 0) {
                    break;
                }
            }
            return cut;
        }

        private void removeUpTo(long cut, boolean markedToo, Removal marked) {
            for (LiveBlock block : live) {
                if (block.entry().firstArrival() > cut) {
                    continue;
                }
                BlockLives pieces = block.entry().lastArrival() <= cut ? null : read(block);
                if (pieces == null && block.entry().lastArrival() > cut) {
                    continue;
                }
                for (int ordinal = 0; ordinal < block.block().traces(); ordinal++) {
                    if (!block.isDeleted(ordinal)
                            && !removal.pieces(block.entry().id()).contains(ordinal)
                            && (pieces == null || pieces.lastArrival(ordinal) <= cut)
                            && (markedToo || !marked.pieces(block.entry().id()).contains(ordinal))) {
                        TraceId id = block.block().id(ordinal);
                        TraceLife life = isElsewhere(block, id) ? lifeOf(id) : null;
                        if (!isElsewhere(block, id)
                                || life != null && life.lastArrival() <= cut && (markedToo || !life.marked())) {
                            remove(block, ordinal);
                        }
                    }
                }
            }
        }

        /** The pieces of marked traces that are known to be marked: by name, or by a span of the piece. */
        private Removal markedPieces() {
            if (rules.marked().isZero() || bytesLeft() <= rules.bytes()) {
                return new Removal();
            }
            Removal marked = Removal.of(kept, live);
            for (LiveBlock block : live) {
                if (mayMatch(block, MARKED)) {
                    BlockLives pieces = read(block);
                    if (pieces != null) {
                        pieces.marked().forEach((int ordinal) -> {
                            if (!block.isDeleted(ordinal)) {
                                marked.add(block.block().id(ordinal), block, ordinal);
                            }
                        });
                    }
                }
            }
            return marked;
        }

        private static boolean mayMatch(LiveBlock block, SpanCondition condition) {
            try {
                return block.block().mayMatch(condition);
            } catch (DamagedException damaged) {
                return true;
            }
        }
    }
}

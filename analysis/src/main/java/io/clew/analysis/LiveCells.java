package io.clew.analysis;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.CellFormat;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.KeptCells;
import io.clew.store.Moment;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.Window;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The cells of recent minutes, kept up to date as spans arrive. A minute is <em>settled</em> when its cell is what its
 * traces add up to; when a span arrives that may change it, it is <em>open</em> again, and computed anew once nothing has
 * touched it for a while. An answer is the settled cells and a fold of the traces of the open minutes, so it is exact at any
 * moment and equals {@link Offline} on the same spans.
 *
 * <p>It keeps all minutes from a certain one on, the future included; what is before is folded when asked for. After a start it
 * takes over what the disk has, and works back from there, an hour at a time. When the cells hold more bytes than allowed, those of the oldest
 * whole hours are made one each; when there are none left, the oldest go. What has settled is kept on disk too, where the
 * store has a place for it ({@link DiskCells}).
 *
 * <p>Over 500 lines, since one lock guards which minutes are known, and every step of keeping that true is here.
 *
 * <p>Thread-safe. {@link #arriving} and what it returns are cheap and wait for nobody; the work is done in {@link
 * #work}, which one thread calls over and over, and in {@link #sum}.
 */
public final class LiveCells {
    private static final long NOTHING_KEPT = Long.MAX_VALUE;
    private static final long NOTHING_WENT = Long.MIN_VALUE + 1;
    private static final long HOUR = SettledCells.HOUR;

    private final Source store;
    private final Limits limits;
    private final LongSupplier nanoTime;
    private final LongSupplier minuteNow;

    private final ArrivalNotes notes = new ArrivalNotes();

    /** Every minute from here on is in {@link #settled} or {@link #open}, or has no trace. */
    private long from = NOTHING_KEPT;

    /** Minutes from here on are opened when they are touched; below {@link #from} while those between are computed. */
    private long noteFrom = NOTHING_KEPT;

    private final DiskCells disk = new DiskCells();
    private final SettledCells settled = new SettledCells(disk);
    private final OpenMinutes open = new OpenMinutes();
    /** Open minutes before {@link #from}, of hours that are on disk. */
    private final OpenMinutes behind = new OpenMinutes();

    /** What the disk had is taken over. */
    private boolean loaded;

    /** How often everything was forgotten. */
    private long forgotten;

    /** All that arrived up to then has opened its minutes; null before anything is known of that. */
    private @Nullable Moment accounted;

    /** The moment that {@link ArrivalNotes#flip} was called at last; the next to be accounted. */
    private @Nullable Moment next;

    private final MissedPlaces missed = new MissedPlaces();

    /** Minutes before had to go and do not come back. What of them is open goes into {@link #retired} once it is computed. */
    private long floor = NOTHING_WENT;

    private boolean caughtUp;

    /** What was kept once and had to go, added up, so that totals since the start never go back. */
    private final Cell retired = LiveSums.empty();

    /**
     * Minutes from here on were in totals when everything was forgotten, and must be counted again. While any are left, those
     * that have to go are not retired, since they will be counted.
     */
    private long owedFrom = NOTHING_KEPT;

    /** Deletions under way. */
    private int deletions;

    /** Deletions that have ended: what was read from before then may hold what they deleted. */
    private long deletionsEnded;

    /** Where traces are read and cells kept on disk. */
    public interface Source {
        /** What is stored now; null while there is no store. */
        @Nullable
        Snapshot snapshot();

        /** Null while there is no store, and where nothing is kept on disk. */
        @Nullable
        KeptCells cells();
    }

    /** A batch on its way into the store. */
    public interface Arrival {
        /** To be called once, when its spans are in every snapshot, or will not be stored. */
        void ended(boolean stored);
    }

    /**
     * What is allowed.
     *
     * @param settleNanos how long nothing must touch a minute before its cell is computed
     * @param bytes of all cells kept
     * @param minutes how far back from now cells are kept
     */
    public record Limits(long settleNanos, long bytes, long minutes) {}

    /**
     * Keeps nothing until {@link #work} is called.
     *
     * @param nanoTime as {@link System#nanoTime}
     * @param minuteNow the present minute since 1970
     */
    public LiveCells(Source store, Limits limits, LongSupplier nanoTime, LongSupplier minuteNow) {
        this.store = store;
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.minuteNow = minuteNow;
    }

    /** Looks at a batch before it is appended, which may be reused afterwards. */
    public Arrival arriving(SpanBatch batch) {
        ArrivalNotes.Note note = ArrivalNotes.of(batch);
        int begun = notes.begin();
        return stored -> notes.end(begun, note, stored);
    }

    /**
     * Opens the minutes of traces that are about to be deleted. Called before the deletion; what it returns must be called once
     * they are gone, or are known to stay. Until then nothing settles.
     *
     * @throws IOException when what is on disk cannot be made to know of it; then they must not be deleted
     */
    public Runnable deleting(Collection<TraceId> ids) throws IOException {
        Snapshot taken;
        synchronized (this) {
            disk.open(store.cells());
            taken = noteFrom == NOTHING_KEPT && disk.isEmpty() ? null : store.snapshot();
            deletions++;
        }
        TreeSet<Long> minutes = new TreeSet<>();
        boolean complete = taken == null || NotedTraces.readMinutes(taken, ids, minutes);
        synchronized (this) {
            try {
                if (complete) {
                    disk.reopen(minutes);
                } else {
                    // Frozen minutes too: theirs may be traces of which nothing can be read.
                    disk.clear(true);
                }
            } catch (Throwable failure) {
                deletions--;
                if (!complete) {
                    // Some of it may be gone.
                    forgetAll();
                }
                throw failure;
            }
        }
        return () -> {
            synchronized (this) {
                deletions--;
                deletionsEnded++;
                minutes.forEach(this::touch);
                if (!complete) {
                    forgetAll();
                }
            }
        };
    }

    /** Does what is due: takes note of arrivals, computes what has settled, works back. Answers whether more is due at once. */
    public boolean work(ReadControl control) {
        if (!load(control)) {
            return false;
        }
        synchronized (this) {
            try (Snapshot snapshot = takeNotes(control)) {
                if (snapshot == null) {
                    return false;
                }
            }
        }
        settle(control);
        boolean more = workBack(control);
        save();
        return more;
    }

    /**
     * Takes over what is on disk, but for what arrived since it was written; answers whether that is done. Questions are
     * answered meanwhile, from the traces.
     */
    private boolean load(ReadControl control) {
        Snapshot taken;
        KeptCells.Account account;
        long forgottenBefore;
        synchronized (this) {
            taken = loaded ? null : store.snapshot();
            if (taken == null) {
                return loaded;
            }
            disk.open(store.cells());
            account = disk.account();
            if (account == null) {
                loaded = forgetDisk(false);
                taken.close();
                return loaded;
            }
            noteFrom = account.from();
            forgottenBefore = forgotten;
        }
        try (Snapshot snapshot = taken) {
            LoadedCells found = LoadedCells.read(disk, account, snapshot, limits.bytes / 2, oldest(), control);
            synchronized (this) {
                loaded = true;
                if (forgotten != forgottenBefore) {
                    return true;
                }
                if (found == null) {
                    // It is of another store, or of this one before it was set back.
                    forgetAll();
                    return true;
                }
                accounted = account.moment();
                open.move(Long.MIN_VALUE, found.from(), behind);
                // A deletion before this has them there.
                behind.move(found.from(), Long.MAX_VALUE, open);
                from = found.from();
                noteFrom = from;
                found.open().forEach(this::touch);
                found.cells().forEach((minute, cell) -> {
                    if (!open.contains(minute)) {
                        settled.put(minute, cell);
                    }
                });
            }
        }
        return true;
    }

    /** Writes what has settled. What fails is tried again after a while. */
    private void save() {
        DiskCells.Batch batch;
        long deletionsBefore;
        synchronized (this) {
            disk.clearAgain(nanoTime.getAsLong());
            disk.takeLost().forEach(this::touch);
            TreeSet<Long> opened = new TreeSet<>(open.all());
            opened.addAll(behind.all());
            batch = from == NOTHING_KEPT || deletions > 0
                    ? null
                    : disk.batch(accounted, from, minuteNow.getAsLong(), settled, opened, nanoTime.getAsLong());
            deletionsBefore = deletionsEnded;
        }
        if (batch == null) {
            return;
        }
        try {
            disk.write(batch);
            synchronized (this) {
                // An account that does not know of a deletion must not be written over one that does.
                if (deletions == 0 && deletionsEnded == deletionsBefore && from != NOTHING_KEPT) {
                    disk.written(batch);
                }
            }
        } catch (IOException unwritten) {
            synchronized (this) {
                disk.failed(unwritten, nanoTime.getAsLong());
            }
        } finally {
            synchronized (this) {
                disk.ended();
            }
        }
    }

    /**
     * Opens the minutes that the notes tell of. The notes are taken first and the snapshot then, so that it has all they
     * tell of. When it cannot be read to the end, the notes are kept for the next time.
     *
     * @return the snapshot, or null while there is no store
     */
    private @Nullable Snapshot takeNotes(ReadControl control) {
        ArrivalNotes.Taken taken = notes.take();
        Snapshot snapshot = null;
        boolean done = false;
        try {
            snapshot = store.snapshot();
            if (snapshot != null) {
                if (taken.tooMany()) {
                    forgetAll();
                } else {
                    open(taken.notes(), snapshot, control);
                }
                if (disk.frozenSince()) {
                    keepFrozen();
                }
                if (taken.flipped()) {
                    accounted = next == null ? accounted : next;
                    next = snapshot.moment();
                    notes.flip();
                }
                done = true;
            }
            return snapshot;
        } finally {
            if (!done) {
                notes.putBack(taken);
                if (snapshot != null) {
                    snapshot.close();
                }
            }
        }
    }

    private void open(List<ArrivalNotes.Note> taken, Snapshot snapshot, ReadControl control) {
        if (noteFrom == NOTHING_KEPT && disk.isEmpty() || taken.isEmpty()) {
            return;
        }
        NotedTraces.minutes(taken, snapshot, control).forEach(this::touch);
    }

    private void forgetAll() {
        owedFrom = Math.min(owedFrom, from);
        settled.clear();
        missed.clear();
        open.forget(floor, Long.MAX_VALUE);
        behind.forget(Long.MIN_VALUE, Long.MAX_VALUE);
        boolean _ = forgetDisk(false);
        forgotten++;
        accounted = null;
        next = null;
        caughtUp = false;
        from = NOTHING_KEPT;
        noteFrom = NOTHING_KEPT;
    }

    private boolean forgetDisk(boolean frozenToo) {
        try {
            disk.clear(frozenToo);
            return true;
        } catch (IOException stays) {
            disk.failed(stays, nanoTime.getAsLong());
            return false;
        }
    }

    private void touch(long minute) {
        if (disk.isFrozen(minute)) {
            return;
        }
        if (minute >= noteFrom || open.contains(minute)) {
            if (settled.isCoarse(minute)) {
                settled.remove(minute);
                disk.split(minute, open, nanoTime.getAsLong(), settled::put);
            } else {
                open.touch(minute, nanoTime.getAsLong());
                settled.remove(minute);
            }
        } else if (disk.has(minute)) {
            behind.touch(minute, nanoTime.getAsLong());
        }
    }

    /** Minutes that retention has begun to take traces from get the cells they had before they were opened. */
    private void keepFrozen() {
        for (long minute : open.all()) {
            if (disk.isFrozen(minute)) {
                open.forget(minute, minute + 1);
                settle(minute, disk.cell(minute));
            }
        }
        for (long minute : behind.all()) {
            if (disk.isFrozen(minute)) {
                behind.forget(minute, minute + 1);
            }
        }
    }

    private void settle(long minute, byte @Nullable [] cell) {
        if (minute < floor) {
            retire(cell);
        } else {
            settled.put(minute, cell);
        }
    }

    /** Computes what is due; what is touched meanwhile stays open. */
    private void settle(ReadControl control) {
        Map<Long, OpenMinutes.Touched> due;
        Snapshot taken;
        long deletionsBefore;
        synchronized (this) {
            due = open.due(nanoTime.getAsLong(), limits.settleNanos);
            due.putAll(behind.due(nanoTime.getAsLong(), limits.settleNanos));
            taken = due.isEmpty() || deletions > 0 ? null : store.snapshot();
            deletionsBefore = deletionsEnded;
        }
        if (taken == null) {
            return;
        }
        Map<Long, byte[]> computed = new HashMap<>();
        List<Window> windows = OpenMinutes.windows(due.keySet());
        try (Snapshot snapshot = taken) {
            for (Window window : windows) {
                LiveSums.fold(
                        snapshot, window, 1, control, cell -> computed.put(cell.minute(), CellFormat.write(cell)));
            }
        }
        synchronized (this) {
            if (deletions > 0 || deletionsEnded != deletionsBefore) {
                return;
            }
            windows.forEach(window -> missed.note(control, window));
            due.forEach((minute, touched) -> {
                byte[] cell = computed.get(minute);
                boolean frozen = disk.isFrozen(minute);
                if (open.remove(minute, touched)) {
                    settle(minute, frozen ? disk.cell(minute) : cell);
                    if (!frozen && (minute >= from || disk.has(minute))) {
                        disk.settled(minute, cell);
                    }
                } else if (behind.remove(minute, touched) && !frozen) {
                    disk.settled(minute, cell);
                }
            });
            keepWithinLimits();
        }
    }

    private void retire(byte @Nullable [] cell) {
        if (cell != null) {
            retired.merge(CellFormat.read(cell, Analyses.SHAPES));
        }
    }

    /** The first minute that is kept by age; an hour is kept until all of it is too old. */
    private long oldest() {
        return Math.floorDiv(minuteNow.getAsLong() - limits.minutes, HOUR) * HOUR;
    }

    private void keepWithinLimits() {
        if (from != NOTHING_KEPT && from < oldest()) {
            keepFrom(oldest());
        }
        while (settled.bytes() > limits.bytes) {
            if (!coarsen() && !settled.forgetSums()) {
                keepFrom(Math.max(from + 1, settled.behindOldest()));
            }
        }
    }

    private boolean coarsen() {
        return settled.coarsen(from, minuteNow.getAsLong(), open);
    }

    private void keepFrom(long minute) {
        long before = from;
        from = minute;
        List<byte[]> gone = settled.takeBefore(minute);
        if (owedFrom == NOTHING_KEPT) {
            gone.forEach(this::retire);
            forgetOpen(before);
        } else {
            forgetOpen(minute);
        }
        noteFrom = minute;
        floor = minute;
    }

    /** What is open before this minute is not kept in memory, but perhaps on disk. */
    private void forgetOpen(long before) {
        if (floor < before) {
            for (long minute : open.in(floor, before - 1)) {
                if (disk.has(minute)) {
                    behind.touch(minute, nanoTime.getAsLong());
                }
            }
            open.forget(floor, before);
        }
    }

    /**
     * A step back from what is kept.
     *
     * @param upTo where what is kept began
     * @param keep whether to keep the cells, or only to count again what was forgotten
     * @param known cells that are on disk
     * @param unknown what is to be read
     */
    private record Step(
            Snapshot snapshot,
            long down,
            long upTo,
            boolean keep,
            long deletionsBefore,
            Map<Long, byte[]> known,
            List<Window> unknown) {
        private Window window() {
            return window(down, upTo);
        }

        private static Window window(long down, long upTo) {
            return new Window(down * Cell.MINUTE, upTo == NOTHING_KEPT ? Long.MAX_VALUE : upTo * Cell.MINUTE - 1);
        }
    }

    /** Takes one more hour into what is kept; answers whether there is another. */
    private boolean workBack(ReadControl control) {
        Step step;
        synchronized (this) {
            keepWithinLimits();
            step = begin();
        }
        if (step == null) {
            return false;
        }
        Map<Long, byte[]> computed = new HashMap<>();
        Cell counted = LiveSums.empty();
        boolean complete = false;
        try (Snapshot snapshot = step.snapshot) {
            for (Window window : step.unknown) {
                LiveSums.fold(snapshot, window, 1, control, cell -> {
                    if (step.keep) {
                        computed.put(cell.minute(), CellFormat.write(cell));
                    } else {
                        counted.merge(cell);
                    }
                });
            }
            complete = true;
        } finally {
            synchronized (this) {
                if (complete) {
                    missed.note(control, step.window());
                }
                end(step, complete, computed, counted);
            }
        }
        return true;
    }

    private @Nullable Step begin() {
        long down = from == NOTHING_KEPT
                ? Math.floorDiv(minuteNow.getAsLong(), HOUR) * HOUR - HOUR
                : Math.max(from - HOUR, oldest());
        down = Math.max(down, floor);
        boolean owing = owedFrom < from;
        long room = owing ? limits.bytes : limits.bytes / 2;
        boolean within = settled.bytes() < room;
        while (!within && coarsen()) {
            within = settled.bytes() < room;
        }
        boolean keep = from == NOTHING_KEPT || down < from && within;
        if (!keep && !owing) {
            caughtUp = true;
            return null;
        }
        Snapshot snapshot = deletions > 0 ? null : store.snapshot();
        if (snapshot == null) {
            return null;
        }
        if (!keep) {
            List<Window> owed = List.of(Step.window(owedFrom, from));
            return new Step(snapshot, owedFrom, from, false, deletionsEnded, Map.of(), owed);
        }
        noteFrom = down;
        behind.move(down, from, open);
        Map<Long, byte[]> known = new HashMap<>();
        Set<Long> unreadable = new TreeSet<>();
        disk.each(down, from - 1, open::contains, known::put, unreadable);
        List<Window> unknown = disk.windows(down, from - 1, open::contains, unreadable);
        return new Step(snapshot, down, from, true, deletionsEnded, known, unknown);
    }

    private void end(Step step, boolean complete, Map<Long, byte[]> computed, Cell counted) {
        boolean undisturbed = from == step.upTo && deletions == 0 && deletionsEnded == step.deletionsBefore;
        if (complete && undisturbed && step.keep && noteFrom == step.down) {
            from = step.down;
            computed.forEach((minute, cell) -> {
                if (!open.contains(minute)) {
                    settled.put(minute, cell);
                    disk.settled(minute, cell);
                }
            });
            step.known.forEach((minute, cell) -> {
                if (!open.contains(minute)) {
                    settled.put(minute, cell);
                }
            });
            if (from <= owedFrom) {
                owedFrom = NOTHING_KEPT;
            }
            keepWithinLimits();
        } else if (complete && undisturbed && !step.keep) {
            retired.merge(counted);
            owedFrom = NOTHING_KEPT;
            floor = from;
        } else {
            noteFrom = from;
            forgetOpen(from);
        }
    }

    /**
     * What the traces that begin in a range of minutes add up to, as of now.
     *
     * @param first minutes since 1970
     * @param last inclusive
     * @param threads that fold what is not settled
     * @return a sealed cell
     * @throws IllegalStateException when there is no store
     */
    public Cell sum(long first, long last, int threads, ReadControl control) {
        Cell sum = LiveSums.empty();
        sums(first, last, Long.MAX_VALUE, threads, control, sum::merge);
        return sum;
    }

    /**
     * The same, cut into steps and all of one moment.
     *
     * @param step minutes; the last step may have fewer
     * @param to takes a sealed cell for each step, one after the other
     */
    public void sums(long first, long last, long step, int threads, ReadControl control, Consumer<Cell> to) {
        try (LiveSums sums = new LiveSums(this::remember)) {
            begin(sums, first, last, step, control);
            sums.each(threads, control, to);
        }
    }

    /**
     * What all traces add up to that began in a minute that is kept, or was kept since the start. Goes back only when traces
     * are deleted; traces that come for a minute no longer kept are not in it.
     *
     * @return null while it has not worked back as far as it may
     */
    public @Nullable Cell total(int threads, ReadControl control) {
        Cell total = LiveSums.empty();
        try (LiveSums sums = new LiveSums(this::remember)) {
            if (!beginTotal(sums, total, control)) {
                return null;
            }
            sums.each(threads, control, total::merge);
            return total;
        }
    }

    private synchronized void begin(LiveSums sums, long first, long last, long step, ReadControl control) {
        sums.from(snapshot(control));
        if (step <= last - first) {
            sums.cut();
        }
        long begin = first;
        long end;
        // Until it is taken over, nothing on disk is known to be right.
        long onDisk = loaded ? from - 1 : Long.MIN_VALUE;
        LongPredicate isOpen = minute -> open.contains(minute) || behind.contains(minute);
        Set<Long> unreadable = new TreeSet<>();
        do {
            end = step == Long.MAX_VALUE ? last : Math.min(last, begin + step - 1);
            List<byte[]> cells = sums.step(end);
            disk.collect(begin, Math.min(end, onDisk), isOpen, cells, unreadable, control);
            settled.collect(Math.max(begin, from), end, open, cells, sums, control);
            begin = end + 1;
        } while (end < last);
        if (first < from) {
            end = Math.min(last, from - 1);
            sums.fold(
                    loaded
                            ? disk.windows(first, end, isOpen, unreadable)
                            : List.of(new Window(OpenMinutes.begin(first), OpenMinutes.end(end))));
        }
        addOpen(Math.max(first, from), last, sums, control);
    }

    private synchronized boolean beginTotal(LiveSums sums, Cell into, ReadControl control) {
        sums.from(snapshot(control));
        if (!caughtUp) {
            return false;
        }
        into.merge(retired);
        sums.fold(open.windows(Long.MIN_VALUE, floor - 1));
        settled.collect(from, Long.MAX_VALUE, open, sums.step(Long.MAX_VALUE), sums, control);
        addOpen(from, Long.MAX_VALUE, sums, control);
        return true;
    }

    private void addOpen(long first, long last, LiveSums sums, ReadControl control) {
        if (first <= last) {
            sums.fold(open.windows(first, last));
            missed.tell(OpenMinutes.begin(first), OpenMinutes.end(last), control);
            keepWithinLimits();
        }
    }

    private synchronized void remember(SettledCells.Split split, byte[] cell) {
        settled.remember(split, cell);
        keepWithinLimits();
    }

    private Snapshot snapshot(ReadControl control) {
        Snapshot snapshot = takeNotes(control);
        if (snapshot == null) {
            throw new IllegalStateException("there is no store to read from");
        }
        return snapshot;
    }

    /** How things are, for status pages and tests. */
    public synchronized State state() {
        return new State(
                from,
                settled.size(),
                settled.hours(),
                open.size() + behind.size(),
                settled.bytes(),
                caughtUp,
                disk.hours(),
                disk.trouble());
    }

    /**
     * How things are.
     *
     * @param from minutes are kept from here on; {@link Long#MAX_VALUE} when none are
     * @param settled cells of minutes and of whole hours that are kept
     * @param hours those of whole hours among them
     * @param open minutes that are folded when asked for
     * @param caughtUp whether it has worked back as far as it may
     * @param hoursOnDisk hours of which cells are on disk
     * @param trouble why what has settled cannot be written to disk at present, or null
     */
    public record State(
            long from,
            int settled,
            int hours,
            int open,
            long bytes,
            boolean caughtUp,
            int hoursOnDisk,
            @Nullable String trouble) {}
}

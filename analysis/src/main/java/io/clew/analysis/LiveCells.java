package io.clew.analysis;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.CellFormat;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.DamagedException;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.Window;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The cells of recent minutes, kept up to date as spans arrive. A minute is <em>settled</em> when its cell is what its
 * traces add up to; when a span arrives that may change it, it is <em>open</em> again, and computed anew once nothing has
 * touched it for a while. An answer is the settled cells and a fold of the traces of the open minutes, so it is exact at any
 * moment and equals {@link Offline} on the same spans.
 *
 * <p>It keeps all minutes from a certain one on, the future included; what is before is folded when asked for. After a start it
 * works back from now, an hour at a time. When the cells hold more bytes than allowed, the oldest go.
 *
 * <p>Thread-safe. {@link #arriving} and what it returns are cheap and wait for nobody; the work is done in {@link
 * #work}, which one thread calls over and over, and in {@link #sum}.
 */
public final class LiveCells {
    private static final long NOTHING_KEPT = Long.MAX_VALUE;
    private static final long HOUR = 60;
    private static final long MOST_MINUTES = Long.MAX_VALUE / Cell.MINUTE - 1;

    /** A minute that is touched all the time is computed after this many times what it should rest. */
    private static final int LONGEST_OPEN = 12;

    private final Supplier<@Nullable Snapshot> store;
    private final Limits limits;
    private final LongSupplier nanoTime;
    private final LongSupplier minuteNow;

    private final ArrivalNotes notes = new ArrivalNotes();

    /** Every minute from here on is in {@link #settled} or {@link #open}, or has no trace. */
    private long from = NOTHING_KEPT;

    /** Minutes from here on are opened when they are touched; below {@link #from} while those between are computed. */
    private long noteFrom = NOTHING_KEPT;

    private final TreeMap<Long, byte[]> settled = new TreeMap<>();
    private final TreeMap<Long, Touched> open = new TreeMap<>();
    /** Sums of whole hours of settled cells, made when first asked for. */
    private final TreeMap<Long, byte[]> hours = new TreeMap<>();

    private long bytes;

    /** Minutes before had to go and do not come back. */
    private long floor = Long.MIN_VALUE;

    private boolean caughtUp;

    /** What was kept once and had to go, added up, so that totals since the start never go back. */
    private Cell retired = empty();

    /**
     * What is allowed.
     *
     * @param settleNanos how long nothing must touch a minute before its cell is computed
     * @param bytes of all cells kept
     * @param minutes how far back from now cells are kept
     */
    public record Limits(long settleNanos, long bytes, long minutes) {}

    /** When an open minute was first touched since it was settled, and last, on the clock of nanoTime; and how often. */
    private record Touched(long first, long last, long times) {}

    /**
     * Keeps nothing until {@link #work} is called.
     *
     * @param store snapshots to read from; null while there is no store
     * @param nanoTime as {@link System#nanoTime}
     * @param minuteNow the present minute since 1970
     */
    public LiveCells(Supplier<@Nullable Snapshot> store, Limits limits, LongSupplier nanoTime, LongSupplier minuteNow) {
        this.store = store;
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.minuteNow = minuteNow;
    }

    /** Looks at a batch before it is appended, which may be reused afterwards; to be run once every snapshot has it. */
    public Runnable arriving(SpanBatch batch) {
        ArrivalNotes.Note note = ArrivalNotes.of(batch);
        return () -> notes.add(note);
    }

    /**
     * Opens the minutes of traces that are about to be deleted. Called before the deletion; what it returns is called once they
     * are gone.
     */
    public Runnable deleting(Snapshot before, Collection<TraceId> ids) {
        TreeSet<Long> minutes = new TreeSet<>();
        boolean complete = readMinutes(before, ids, minutes);
        return () -> {
            synchronized (this) {
                minutes.forEach(this::touch);
                if (!complete) {
                    forgetAll();
                }
            }
        };
    }

    /** False when some of the traces cannot be read: then nobody knows which minutes they were in. */
    private static boolean readMinutes(Snapshot snapshot, Collection<TraceId> ids, Set<Long> minutes) {
        try {
            snapshot.starts(
                    new TreeSet<>(ids), (_, start, _) -> minutes.add(Cell.minuteOf(start)), ReadControl.unbounded());
            return true;
        } catch (DamagedException unreadable) {
            return false;
        }
    }

    /** Does what is due: takes note of arrivals, computes what has settled, works back. Answers whether more is due at once. */
    public boolean work(ReadControl control) {
        Snapshot taken = store.get();
        if (taken == null) {
            return false;
        }
        try (Snapshot snapshot = taken) {
            synchronized (this) {
                takeNotes(snapshot, control);
            }
        }
        settle(control);
        return workBack(control);
    }

    private void takeNotes(Snapshot snapshot, ReadControl control) {
        List<ArrivalNotes.Note> taken = notes.take();
        if (taken == null) {
            forgetAll();
            return;
        }
        if (noteFrom == NOTHING_KEPT || taken.isEmpty()) {
            return;
        }
        Map<TraceId, Anchors> traces = new HashMap<>();
        for (ArrivalNotes.Note note : taken) {
            note.forEach(id -> traces.computeIfAbsent(id, _ -> new Anchors()).arrived(note.receivedAt()));
        }
        boolean complete = false;
        try {
            snapshot.starts(
                    traces.keySet(),
                    (id, start, receivedAt) -> {
                        Anchors trace = traces.get(id);
                        if (trace != null) {
                            trace.add(Cell.minuteOf(start), receivedAt);
                        }
                    },
                    control);
            complete = true;
        } finally {
            if (!complete) {
                // What was noted is lost, so nothing that is kept can be trusted.
                forgetAll();
            }
        }
        traces.values().forEach(trace -> trace.forEach(this::touch));
    }

    private void forgetAll() {
        settled.clear();
        hours.clear();
        open.clear();
        bytes = 0;
        caughtUp = false;
        from = NOTHING_KEPT;
        noteFrom = NOTHING_KEPT;
    }

    private void touch(long minute) {
        if (minute >= noteFrom) {
            long now = nanoTime.getAsLong();
            open.merge(minute, new Touched(now, now, 1), (known, _) -> new Touched(known.first, now, known.times + 1));
            drop(minute);
        }
    }

    private void drop(long minute) {
        byte[] cell = settled.remove(minute);
        bytes -= cell == null ? 0 : cell.length;
        byte[] hour = hours.remove(Math.floorDiv(minute, HOUR));
        bytes -= hour == null ? 0 : hour.length;
    }

    /** Minutes that nothing has touched for long enough, and those that have been waiting for too long. */
    private Map<Long, Touched> due() {
        long now = nanoTime.getAsLong();
        Map<Long, Touched> due = new TreeMap<>();
        open.forEach((minute, touched) -> {
            if (now - touched.last >= limits.settleNanos || now - touched.first >= LONGEST_OPEN * limits.settleNanos) {
                due.put(minute, touched);
            }
        });
        return due;
    }

    /** Computes what is due; what is touched meanwhile stays open. */
    private void settle(ReadControl control) {
        Map<Long, Touched> due;
        Snapshot taken;
        synchronized (this) {
            due = due();
            taken = due.isEmpty() ? null : store.get();
        }
        if (taken == null) {
            return;
        }
        Map<Long, byte[]> computed = new HashMap<>();
        try (Snapshot snapshot = taken) {
            for (Window window : windows(due.keySet())) {
                compute(snapshot, window, computed, control);
            }
        }
        synchronized (this) {
            due.forEach((minute, touched) -> {
                if (touched.equals(open.get(minute))) {
                    open.remove(minute);
                    put(minute, computed.get(minute));
                }
            });
            keepWithinLimits();
        }
    }

    private static void compute(Snapshot snapshot, Window window, Map<Long, byte[]> into, ReadControl control) {
        Offline.run(snapshot, window, 1, control, (_, _) -> {}, cell -> {
            cell.seal();
            into.put(cell.minute(), CellFormat.write(cell));
        });
    }

    /** The windows of these minutes, neighbours in one. */
    private static List<Window> windows(Collection<Long> ascending) {
        List<Window> windows = new ArrayList<>();
        for (long minute : ascending) {
            long begin = minute * Cell.MINUTE;
            if (!windows.isEmpty() && windows.getLast().to() == begin - 1) {
                begin = windows.removeLast().from();
            }
            windows.add(new Window(begin, minute * Cell.MINUTE + Cell.MINUTE - 1));
        }
        return windows;
    }

    private void put(long minute, byte @Nullable [] cell) {
        if (cell != null) {
            settled.put(minute, cell);
            bytes += cell.length;
        }
    }

    private void keepWithinLimits() {
        long oldest = minuteNow.getAsLong() - limits.minutes;
        while (from != NOTHING_KEPT && from < oldest || bytes > limits.bytes && !settled.isEmpty()) {
            from = Math.max(from + 1, settled.isEmpty() ? oldest : Math.min(oldest, settled.firstKey() + 1));
            noteFrom = from;
            floor = from;
            for (byte[] cell : settled.headMap(from).values()) {
                retired.merge(CellFormat.read(cell, Analyses.SHAPES));
            }
            settled.headMap(from).keySet().stream().toList().forEach(this::drop);
            hours.headMap(Math.ceilDiv(from, HOUR)).keySet().stream().toList().forEach(hour -> drop(hour * HOUR));
            open.headMap(from).clear();
        }
    }

    /** Takes one more hour into what is kept; answers whether there is another. */
    private boolean workBack(ReadControl control) {
        long now = minuteNow.getAsLong();
        long upTo;
        long down;
        Snapshot taken;
        synchronized (this) {
            upTo = from;
            down = upTo == NOTHING_KEPT ? now - HOUR : Math.max(upTo - HOUR, now - limits.minutes);
            down = Math.max(down, floor);
            if (down >= upTo || upTo != NOTHING_KEPT && bytes >= limits.bytes / 2) {
                caughtUp = from != NOTHING_KEPT;
                return false;
            }
            taken = store.get();
            if (taken == null) {
                return false;
            }
            noteFrom = down;
        }
        Map<Long, byte[]> computed = new HashMap<>();
        boolean complete = false;
        try (Snapshot snapshot = taken) {
            long to = upTo == NOTHING_KEPT ? Long.MAX_VALUE : upTo * Cell.MINUTE - 1;
            compute(snapshot, new Window(down * Cell.MINUTE, to), computed, control);
            complete = true;
        } finally {
            if (!complete) {
                synchronized (this) {
                    forgetAll();
                }
            }
        }
        synchronized (this) {
            if (noteFrom == down) {
                from = down;
                computed.forEach((minute, cell) -> {
                    if (!open.containsKey(minute)) {
                        put(minute, cell);
                    }
                });
                keepWithinLimits();
            }
        }
        return true;
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
        return sum(first, last, false, threads, control);
    }

    /**
     * What all traces add up to that began in a minute that is kept, or was kept since the start. Goes back only when traces
     * are deleted; traces that come for a minute no longer kept are not in it.
     */
    public Cell total(int threads, ReadControl control) {
        return sum(Long.MIN_VALUE, Long.MAX_VALUE, true, threads, control);
    }

    private static Cell empty() {
        Cell cell = new Cell(Analyses.SHAPES, 0);
        cell.seal();
        return cell;
    }

    private Cell sum(long first, long last, boolean keptOnly, int threads, ReadControl control) {
        List<byte[]> parts = new ArrayList<>();
        List<Window> toFold = new ArrayList<>();
        Cell sum = empty();
        try (Snapshot snapshot = snapshot()) {
            synchronized (this) {
                takeNotes(snapshot, control);
                if (keptOnly) {
                    sum.merge(retired);
                } else if (first < from) {
                    long end = Math.min(last, from == NOTHING_KEPT ? last : from - 1);
                    toFold.add(new Window(nanos(first), nanos(end) + Cell.MINUTE - 1));
                }
                long kept = Math.max(first, from);
                if (kept <= last) {
                    toFold.addAll(windows(open.subMap(kept, true, last, true).keySet()));
                    collect(kept, last, parts, control);
                    keepWithinLimits();
                }
            }
            for (byte[] part : parts) {
                control.check();
                sum.merge(CellFormat.read(part, Analyses.SHAPES));
            }
            for (Window window : toFold) {
                Offline.run(snapshot, window, threads, control, (_, _) -> {}, cell -> {
                    cell.seal();
                    sum.merge(cell);
                });
            }
        }
        return sum;
    }

    private Snapshot snapshot() {
        Snapshot snapshot = store.get();
        if (snapshot == null) {
            throw new IllegalStateException("there is no store to read from");
        }
        return snapshot;
    }

    /** A time of 292 years from 1970 at most, so that any minute can be asked for. */
    private static long nanos(long minute) {
        return Math.clamp(minute, -MOST_MINUTES, MOST_MINUTES) * Cell.MINUTE;
    }

    /** Adds the settled cells of a range, whole hours as one where nothing in them is open. */
    private void collect(long first, long last, List<byte[]> parts, ReadControl control) {
        Long minute = settled.ceilingKey(first);
        while (minute != null && minute <= last) {
            long hour = Math.floorDiv(minute, HOUR);
            long begin = hour * HOUR;
            long end = begin + HOUR - 1;
            if (begin >= first
                    && end <= last
                    && open.subMap(begin, true, end, true).isEmpty()) {
                parts.add(hour(hour, control));
                minute = settled.higherKey(end);
            } else {
                parts.add(settled.get(minute));
                minute = settled.higherKey(minute);
            }
        }
    }

    private byte[] hour(long hour, ReadControl control) {
        byte[] known = hours.get(hour);
        if (known == null) {
            Cell sum = new Cell(Analyses.SHAPES, hour * HOUR);
            sum.seal();
            for (byte[] cell : settled.subMap(hour * HOUR, hour * HOUR + HOUR).values()) {
                control.check();
                sum.merge(CellFormat.read(cell, Analyses.SHAPES));
            }
            known = CellFormat.write(sum);
            hours.put(hour, known);
            bytes += known.length;
        }
        return known;
    }

    /** How things are, for status pages and tests. */
    public synchronized State state() {
        return new State(from, settled.size(), open.size(), bytes, caughtUp);
    }

    /**
     * How things are.
     *
     * @param from minutes are kept from here on; {@link Long#MAX_VALUE} when none are
     * @param settled minutes whose cell is kept
     * @param open minutes that are folded when asked for
     * @param caughtUp whether it has worked back as far as it may
     */
    public record State(long from, int settled, int open, long bytes, boolean caughtUp) {}
}

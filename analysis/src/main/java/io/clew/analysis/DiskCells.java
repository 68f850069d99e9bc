package io.clew.analysis;

import io.clew.analysis.cell.CellFormat;
import io.clew.store.KeptCells;
import io.clew.store.Moment;
import io.clew.store.ReadControl;
import io.clew.store.Window;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What live cells keep on disk: which of it is right, and what is to be written. A cell is written once it has settled, with
 * an account of what the files tell; an hour that is over gets the cell of all its minutes too. Not thread-safe, but for
 * {@link #write}.
 */
final class DiskCells implements SettledCells.Minutes {
    private static final byte[] NO_TRACES = new byte[0];
    private static final long HOUR = KeptCells.HOUR;
    private static final long ALL = (1L << HOUR) - 1;
    /** An hour is not completed before, for its traces are still arriving. */
    private static final long MINUTES_AFTER_HOUR = 10;

    /** Cells read for a question are added up when they take more bytes. */
    private static final long MOST_BYTES = 16 << 20;

    private static final long RETRY_NANOS = 60_000_000_000L;

    private @Nullable KeptCells kept;
    /** Cells to be written, by minute. */
    private TreeMap<Long, byte[]> unsaved = new TreeMap<>();
    /** Minutes whose cells could not be written: what their files say of them is not right. */
    private final TreeSet<Long> unkept = new TreeSet<>();
    /** Hours whose files do not know all minutes, or lack the cell of all. */
    private final TreeSet<Long> incomplete = new TreeSet<>();

    /** Minutes of the batch being written: of these a file may come to tell what is no longer right. */
    private Set<Long> writing = Set.of();

    /** Files that are of no use could not be deleted. */
    private boolean uncleared;

    private long savedTo = Long.MIN_VALUE;
    private long freezes;
    private long retryAt = Long.MIN_VALUE;
    private @Nullable String trouble;

    /** Something to be written: cells, by hour, and the account once they are. */
    record Batch(Map<Long, Hour> hours, KeptCells.Account account) {
        /** @param whole the cell of all minutes, when all are known with these */
        record Hour(Map<Long, byte[]> cells, byte @Nullable [] whole) {}
    }

    void open(@Nullable KeptCells cells) {
        if (kept == null && cells != null) {
            kept = cells;
            freezes = cells.freezes();
            incomplete.addAll(cells.hours());
            KeptCells.Account account = cells.account();
            savedTo = account == null ? savedTo : account.to();
        }
    }

    KeptCells.@Nullable Account account() {
        return kept == null ? null : kept.account();
    }

    boolean isEmpty() {
        return kept == null || kept.hours().isEmpty() && kept.account() == null;
    }

    /** Whether there is a file for the hour of this minute, or is about to be. */
    boolean has(long minute) {
        return kept != null && (kept.has(hour(minute)) || unsaved.containsKey(minute) || unkept.contains(minute));
    }

    boolean isFrozen(long minute) {
        return kept != null && kept.isFrozen(minute);
    }

    /** Whether minutes were frozen since the last call. */
    boolean frozenSince() {
        long now = kept == null ? 0 : kept.freezes();
        boolean some = now != freezes;
        freezes = now;
        return some;
    }

    /** Minutes whose files turned out damaged since the last call. */
    List<Long> takeLost() {
        List<Long> minutes = new ArrayList<>();
        if (kept != null) {
            kept.takeLost().forEach(hour -> minutes.addAll(KeptCells.minutesOf(hour)));
        }
        return minutes;
    }

    /** Minutes whose cells are about to lose traces, before these are gone. */
    void reopen(Collection<Long> minutes) throws IOException {
        if (kept != null) {
            kept.reopen(minutes);
        }
    }

    /** When this fails, no file is taken for right until {@link #clearAgain} has done it. */
    void clear(boolean frozenToo) throws IOException {
        unsaved.clear();
        unkept.retainAll(writing);
        incomplete.clear();
        clearKept(frozenToo);
    }

    private void clearKept(boolean frozenToo) throws IOException {
        if (kept != null) {
            uncleared = true;
            kept.clear(frozenToo);
            uncleared = false;
        }
    }

    /** Does what {@link #clear} could not do, if anything and if it is time. */
    void clearAgain(long nanos) {
        if (uncleared && nanos >= retryAt) {
            try {
                clearKept(false);
            } catch (IOException stays) {
                failed(stays, nanos);
            }
        }
    }

    private static long hour(long minute) {
        return Math.floorDiv(minute, HOUR);
    }

    // ---- reading

    /** The hours that have files and minutes of a range. */
    NavigableSet<Long> hours(long first, long last) {
        return kept == null || first > last ? new TreeSet<>() : hours(kept, first, last);
    }

    /** Which minutes of an hour are known and right, as bits. */
    private long usable(KeptCells from, long hour, LongPredicate isOpen) {
        long mask = uncleared ? 0 : from.known(hour);
        for (int minute = 0; minute < HOUR && mask != 0; minute++) {
            long at = hour * HOUR + minute;
            if ((mask & 1L << minute) != 0 && (unkept.contains(at) || isOpen.test(at)) && !from.isFrozen(at)) {
                mask &= ~(1L << minute);
            }
        }
        return mask;
    }

    /** Those bits of an hour that are in a range. */
    private static long within(long hour, long first, long last) {
        long mask = ALL;
        if (first > hour * HOUR) {
            mask &= ALL << Math.min(first - hour * HOUR, HOUR);
        }
        if (last < (hour + 1) * HOUR - 1) {
            mask &= last < hour * HOUR ? 0 : ALL >>> ((hour + 1) * HOUR - 1 - last);
        }
        return mask & ALL;
    }

    /** Cells that this program reads; null when there are others, which an earlier or later one has written. */
    private static @Nullable Map<Long, byte[]> cells(KeptCells from, long hour, long mask) {
        Map<Long, byte[]> cells = from.cells(hour, mask);
        return cells == null || cells.values().stream().allMatch(DiskCells::isReadable) ? cells : null;
    }

    private static boolean isReadable(byte[] cell) {
        return cell[0] == CellFormat.VERSION;
    }

    /** The hours of a range that have files. */
    private static NavigableSet<Long> hours(KeptCells from, long first, long last) {
        return from.hours().subSet(hour(first), true, hour(last), true);
    }

    /**
     * Gives cells that add up to the minutes of a range that are known.
     *
     * @param unreadable gets the hours that could not be read after all
     */
    void collect(
            long first,
            long last,
            LongPredicate isOpen,
            Collection<byte[]> into,
            Set<Long> unreadable,
            ReadControl control) {
        KeptCells from = kept;
        if (from == null || first > last) {
            return;
        }
        List<byte[]> read = new ArrayList<>();
        long bytes = 0;
        for (long hour : hours(from, first, last)) {
            control.check();
            long mask = usable(from, hour, isOpen) & within(hour, first, last);
            byte[] whole = mask == ALL ? from.whole(hour) : null;
            Collection<byte[]> cells =
                    whole != null && isReadable(whole) ? List.of(whole) : valuesOf(cells(from, hour, mask));
            if (cells == null) {
                unreadable.add(hour);
                continue;
            }
            read.addAll(cells);
            bytes += cells.stream().mapToLong(cell -> cell.length).sum();
            if (bytes > MOST_BYTES) {
                byte[] sum = SettledCells.sum(read, control);
                read.clear();
                read.add(sum);
                bytes = sum.length;
            }
        }
        into.addAll(read);
    }

    /** The minutes of a range that are not known, as windows. */
    List<Window> windows(long first, long last, LongPredicate isOpen, Set<Long> unreadable) {
        List<Window> windows = new ArrayList<>();
        KeptCells from = kept;
        long next = first;
        for (long hour : hours(first, last)) {
            long mask = from == null || unreadable.contains(hour)
                    ? 0
                    : usable(from, hour, isOpen) & within(hour, first, last);
            for (long minute = hour * HOUR; mask != 0; minute++, mask >>>= 1) {
                if ((mask & 1) != 0) {
                    if (next < minute) {
                        windows.add(new Window(OpenMinutes.begin(next), OpenMinutes.end(minute - 1)));
                    }
                    next = minute + 1;
                }
            }
        }
        if (next <= last) {
            windows.add(new Window(OpenMinutes.begin(next), OpenMinutes.end(last)));
        }
        return windows;
    }

    /**
     * Gives the cells of the minutes of a range that are known, one by one.
     *
     * @param unreadable gets the hours that could not be read after all
     */
    void each(long first, long last, LongPredicate isOpen, BiConsumer<Long, byte[]> to, Set<Long> unreadable) {
        KeptCells from = kept;
        if (from == null) {
            return;
        }
        for (long hour : hours(first, last)) {
            Map<Long, byte[]> cells = cells(from, hour, usable(from, hour, isOpen) & within(hour, first, last));
            if (cells == null) {
                unreadable.add(hour);
            } else {
                cells.forEach(to);
            }
        }
    }

    @Override
    public @Nullable Collection<byte[]> of(long first, long last) {
        KeptCells from = kept;
        if (from == null) {
            return null;
        }
        long mask = within(hour(first), first, last);
        return (usable(from, hour(first), _ -> false) & mask) != mask ? null : valuesOf(cells(from, hour(first), mask));
    }

    private static @Nullable Collection<byte[]> valuesOf(@Nullable Map<Long, byte[]> cells) {
        return cells == null ? null : cells.values();
    }

    /** The cell a frozen minute has, or null when it is one without traces, or cannot be read. */
    byte @Nullable [] cell(long minute) {
        Map<Long, byte[]> cells = kept == null ? null : cells(kept, hour(minute), within(hour(minute), minute, minute));
        return cells == null ? null : cells.get(minute);
    }

    /**
     * Opens the minutes of an hour, but for those whose cells are known.
     *
     * @param known takes the others' cells
     */
    void split(long minute, OpenMinutes open, long now, BiConsumer<Long, byte[]> known) {
        long begin = hour(minute) * HOUR;
        KeptCells from = kept;
        long mask = from == null ? 0 : usable(from, hour(minute), each -> each == minute);
        Map<Long, byte[]> cells = from == null || mask == 0 ? null : cells(from, hour(minute), mask);
        for (long each = begin; each < begin + HOUR; each++) {
            if (cells == null || (mask & 1L << (each - begin)) == 0) {
                open.touch(each, now);
            }
        }
        if (cells != null) {
            cells.forEach(known);
        }
    }

    // ---- writing

    /** A minute has settled; null is one without traces. */
    void settled(long minute, byte @Nullable [] cell) {
        if (kept != null) {
            unsaved.put(minute, cell == null ? NO_TRACES : cell);
        }
    }

    /**
     * What is to be written, if anything is.
     *
     * @param moment up to which arrivals were told
     * @param from minutes from here on are settled, open, or have no traces
     * @param now the present minute; hours that have not begun are not written
     * @param open minutes, all of them
     */
    @Nullable
    Batch batch(@Nullable Moment moment, long from, long now, SettledCells settled, Collection<Long> open, long nanos) {
        KeptCells to = kept;
        if (to == null || moment == null || uncleared || nanos < retryAt) {
            return null;
        }
        long end = (hour(now) + 1) * HOUR - 1;
        Set<Long> opened = new HashSet<>(open);
        settled.cells(Math.max(from, savedTo + 1), end).forEach(unsaved::putIfAbsent);
        for (long minute : unkept) {
            if (minute >= from && !opened.contains(minute) && !settled.isCoarse(minute)) {
                byte[] cell = settled.cell(minute);
                unsaved.putIfAbsent(minute, cell == null ? NO_TRACES : cell);
            }
        }
        unsaved.tailMap(end, false).clear();
        Map<Long, Batch.Hour> hours = new TreeMap<>();
        unsaved.forEach(
                (minute, cell) -> hours.computeIfAbsent(hour(minute), _ -> new Batch.Hour(new TreeMap<>(), null))
                        .cells()
                        .put(minute, cell));
        incomplete.addAll(hours.keySet());
        for (long hour : List.copyOf(incomplete.headSet(hour(now - MINUTES_AFTER_HOUR)))) {
            Batch.Hour given = hours.getOrDefault(hour, new Batch.Hour(new TreeMap<>(), null));
            if (hour * HOUR < from || given.cells().isEmpty() && to.hasWhole(hour)) {
                incomplete.remove(hour);
            } else if (complete(to.known(hour), hour, given.cells(), settled, opened)) {
                hours.put(hour, new Batch.Hour(given.cells(), whole(hour, settled)));
                incomplete.remove(hour);
            }
        }
        if (hours.isEmpty() && savedTo == end && trouble == null) {
            return null;
        }
        Set<Long> minutes = new HashSet<>();
        hours.values().forEach(hour -> minutes.addAll(hour.cells().keySet()));
        unkept.addAll(minutes);
        writing = minutes;
        unsaved = new TreeMap<>();
        savedTo = end;
        return new Batch(hours, new KeptCells.Account(moment, from, end, List.copyOf(open)));
    }

    /**
     * Adds what a file does not know of the minutes of an hour; answers whether all are known then.
     *
     * @param known by the file, as bits
     */
    private boolean complete(long known, long hour, Map<Long, byte[]> given, SettledCells settled, Set<Long> open) {
        Map<Long, byte[]> lacking = new TreeMap<>();
        for (long minute = hour * HOUR; minute < (hour + 1) * HOUR; minute++) {
            if (open.contains(minute)) {
                return false;
            }
            boolean right = (known & 1L << (minute - hour * HOUR)) != 0 && !unkept.contains(minute);
            if (!right && !given.containsKey(minute)) {
                if (settled.isCoarse(minute)) {
                    return false;
                }
                byte[] cell = settled.cell(minute);
                lacking.put(minute, cell == null ? NO_TRACES : cell);
            }
        }
        given.putAll(lacking);
        return true;
    }

    private static byte @Nullable [] whole(long hour, SettledCells settled) {
        byte[] coarse = settled.coarse(hour);
        List<byte[]> cells =
                List.copyOf(settled.cells(hour * HOUR, (hour + 1) * HOUR - 1).values());
        return coarse != null || cells.isEmpty() ? coarse : SettledCells.sum(cells, ReadControl.unbounded());
    }

    /** Writes the cells of a batch. By one thread, which need not hold a lock. */
    void write(Batch batch) throws IOException {
        KeptCells to = kept;
        if (to != null) {
            for (Map.Entry<Long, Batch.Hour> hour : batch.hours().entrySet()) {
                to.put(hour.getKey(), hour.getValue().cells(), hour.getValue().whole());
            }
        }
    }

    /** Nothing is being written any more. */
    void ended() {
        writing = Set.of();
    }

    /** The cells of a batch are written; then its account is. */
    void written(Batch batch) throws IOException {
        batch.hours().values().forEach(hour -> unkept.removeAll(hour.cells().keySet()));
        KeptCells to = kept;
        if (to != null) {
            KeptCells.Account account = batch.account();
            Set<Long> open = new TreeSet<>(account.open());
            open.addAll(unkept);
            to.account(new KeptCells.Account(account.moment(), account.from(), account.to(), List.copyOf(open)));
        }
        trouble = null;
    }

    /** It could not be written; it is tried again after a while. */
    void failed(IOException reason, long nanos) {
        trouble = String.valueOf(reason.getMessage());
        retryAt = nanos + RETRY_NANOS;
    }

    /** Why what has settled is not on disk at present, or null. */
    @Nullable
    String trouble() {
        return trouble;
    }

    /** Files of hours. */
    int hours() {
        return kept == null ? 0 : kept.hours().size();
    }

    /** The window of everything after a minute. */
    static Window after(long minute) {
        return new Window(OpenMinutes.begin(minute + 1), Long.MAX_VALUE);
    }
}

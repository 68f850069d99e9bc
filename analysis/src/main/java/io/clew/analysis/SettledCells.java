package io.clew.analysis;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.CellFormat;
import io.clew.store.ReadControl;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sealed cells of minutes, serialised. To save room those of a whole hour can be {@linkplain #coarsen made one}. Sums of
 * ranges are remembered, so that asking again, or for a little more, costs little. Not thread-safe.
 */
final class SettledCells {
    static final long HOUR = 60;

    /** Ranges whose sums are remembered; those asked for longest ago are forgotten first. */
    private static final int REMEMBERED = 8;

    private final TreeMap<Long, byte[]> minutes = new TreeMap<>();
    /** By number: hours whose minutes are not kept. */
    private final TreeMap<Long, Hour> hours = new TreeMap<>();

    private final Deque<Sum> known = new ArrayDeque<>();
    private final Minutes elsewhere;
    private long hoursMade;
    private long bytes;

    /** Minutes, first to last, of which only the cell of their whole hour is kept, the {@code made}-th of its kind. */
    record Split(long first, long last, long made) {}

    /** The cell of a whole hour, and a number that no other has. */
    private record Hour(byte[] cell, long made) {}

    /** What all cells from minute {@code first} to {@code last} add up to. */
    private record Sum(long first, long last, byte[] cell) {}

    /** Where cells of minutes are known of which only their hour's is kept here. */
    interface Minutes {
        /** The cells of a range within an hour, or null when they are not known. */
        @Nullable
        Collection<byte[]> of(long first, long last);
    }

    SettledCells(Minutes elsewhere) {
        this.elsewhere = elsewhere;
    }

    /** Bytes of all that is kept. */
    long bytes() {
        return bytes;
    }

    /** Cells kept. */
    int size() {
        return minutes.size() + hours.size();
    }

    /** Cells of whole hours among them. */
    int hours() {
        return hours.size();
    }

    private boolean isEmpty() {
        return minutes.isEmpty() && hours.isEmpty();
    }

    /** Keeps the cell of a minute that had none; null is one without traces. */
    void put(long minute, byte @Nullable [] cell) {
        if (cell != null) {
            forget(minute);
            minutes.put(minute, cell);
            bytes += cell.length;
        }
    }

    /** The cell of a minute, or null when there is none of this minute alone. */
    byte @Nullable [] cell(long minute) {
        return minutes.get(minute);
    }

    /** The cells of minutes of a range, {@code last} inclusive. */
    Map<Long, byte[]> cells(long first, long last) {
        return first > last ? Map.of() : minutes.subMap(first, true, last, true);
    }

    /** The cell of a whole hour, if it is kept in place of its minutes'. */
    byte @Nullable [] coarse(long hour) {
        Hour known = hours.get(hour);
        return known == null ? null : known.cell;
    }

    /** Whether a minute's cell is part of one of its whole hour. */
    boolean isCoarse(long minute) {
        return hours.containsKey(Math.floorDiv(minute, HOUR));
    }

    /** Takes out the cell of a minute, or of the whole hour that it is part of. */
    void remove(long minute) {
        forget(minute);
        free(minutes.remove(minute));
        Hour hour = hours.remove(Math.floorDiv(minute, HOUR));
        free(hour == null ? null : hour.cell);
    }

    private void free(byte @Nullable [] cell) {
        bytes -= cell == null ? 0 : cell.length;
    }

    /** Forgets the sums that a minute is in. */
    private void forget(long minute) {
        for (Iterator<Sum> each = known.iterator(); each.hasNext(); ) {
            Sum sum = each.next();
            if (sum.first <= minute && minute <= sum.last) {
                free(sum.cell);
                each.remove();
            }
        }
    }

    void clear() {
        minutes.clear();
        hours.clear();
        known.clear();
        bytes = 0;
    }

    /** The minute behind the oldest cell. */
    long behindOldest() {
        long minute = minutes.isEmpty() ? Long.MAX_VALUE : minutes.firstKey() + 1;
        return hours.isEmpty() ? minute : Math.min(minute, (hours.firstKey() + 1) * HOUR);
    }

    /** Hands over all cells of minutes before this one, and forgets them. It may not be within a coarse hour. */
    List<byte[]> takeBefore(long minute) {
        List<byte[]> taken = new ArrayList<>();
        while (!minutes.isEmpty() && minutes.firstKey() < minute) {
            taken.add(minutes.firstEntry().getValue());
            remove(minutes.firstKey());
        }
        while (!hours.isEmpty() && hours.firstKey() * HOUR < minute) {
            taken.add(hours.firstEntry().getValue().cell);
            remove(hours.firstKey() * HOUR);
        }
        return taken;
    }

    /**
     * Makes the cells of the oldest hour that has some one, if that saves room.
     *
     * @param before hours that end later stay
     * @param open minutes that are not known: their hours stay
     */
    boolean coarsen(long from, long before, OpenMinutes open) {
        for (Long minute = minutes.ceilingKey(from); minute != null && minute < before; ) {
            long hour = Math.floorDiv(minute, HOUR);
            long begin = hour * HOUR;
            long end = begin + HOUR - 1;
            if (begin >= from && end < before && !open.anyIn(begin, end)) {
                List<byte[]> cells =
                        new ArrayList<>(minutes.subMap(begin, end + 1).values());
                byte[] one = sum(cells, ReadControl.unbounded());
                if (one.length < cells.stream().mapToLong(cell -> cell.length).sum()) {
                    minutes.subMap(begin, end + 1).clear();
                    cells.forEach(this::free);
                    hours.put(hour, new Hour(one, ++hoursMade));
                    bytes += one.length;
                    return true;
                }
            }
            minute = minutes.ceilingKey(end + 1);
        }
        return false;
    }

    /** Forgets all sums of ranges; answers whether there were some. */
    boolean forgetSums() {
        boolean some = !known.isEmpty();
        known.forEach(sum -> free(sum.cell));
        known.clear();
        return some;
    }

    static byte[] sum(List<byte[]> cells, ReadControl control) {
        if (cells.size() == 1) {
            return cells.getFirst();
        }
        Cell sum = LiveSums.empty();
        for (byte[] cell : cells) {
            control.check();
            sum.merge(CellFormat.read(cell, Analyses.SHAPES));
        }
        return CellFormat.write(sum);
    }

    /**
     * Gives cells that add up to a range, {@code last} inclusive, but for its open minutes.
     *
     * @param into takes the cells; the range's sum is remembered unless it is a step of several
     * @param sums takes what has to be folded from the traces
     */
    void collect(long first, long last, OpenMinutes open, List<byte[]> into, LiveSums sums, ReadControl control) {
        if (isEmpty() || first > last) {
            return;
        }
        long next = Math.max(first, oldest());
        long end = Math.min(last, newest());
        for (long opened : next <= end ? open.in(next, end) : List.<Long>of()) {
            parts(next, opened - 1, into, sums, control);
            next = opened + 1;
        }
        parts(next, end, into, sums, control);
    }

    /** The part of an hour at the beginning, whole hours, the part of an hour at the end. */
    private void parts(long first, long last, List<byte[]> into, LiveSums sums, ReadControl control) {
        long wholeFrom = Math.ceilDiv(first, HOUR) * HOUR;
        long wholeTo = Math.floorDiv(last + 1, HOUR) * HOUR - 1;
        part(first, Math.min(last, wholeFrom - 1), into, sums, control);
        part(wholeFrom, wholeTo, into, sums, control);
        part(Math.max(wholeTo + 1, wholeFrom), last, into, sums, control);
    }

    private long oldest() {
        long minute = minutes.isEmpty() ? Long.MAX_VALUE : minutes.firstKey();
        return hours.isEmpty() ? minute : Math.min(minute, hours.firstKey() * HOUR);
    }

    private long newest() {
        long minute = minutes.isEmpty() ? Long.MIN_VALUE : minutes.lastKey();
        return hours.isEmpty() ? minute : Math.max(minute, hours.lastKey() * HOUR + HOUR - 1);
    }

    /** A part of an hour, or whole hours. */
    private void part(long first, long last, List<byte[]> into, LiveSums sums, ReadControl control) {
        if (first > last) {
            return;
        }
        Sum before = remembered(first, last);
        List<byte[]> cells = new ArrayList<>();
        long after = first;
        if (before != null) {
            cells.add(before.cell);
            after = before.last + 1;
        }
        if (after <= last) {
            Hour whole = hours.get(Math.floorDiv(first, HOUR));
            if (last - first < HOUR - 1 && whole != null) {
                Collection<byte[]> known = elsewhere.of(first, last);
                if (known == null) {
                    sums.fold(new Split(first, last, whole.made));
                    return;
                }
                cells.clear();
                cells.addAll(known);
            } else {
                long firstHour = Math.ceilDiv(after, HOUR);
                hours.subMap(firstHour, Math.max(firstHour, Math.floorDiv(last + 1, HOUR)))
                        .values()
                        .forEach(hour -> cells.add(hour.cell));
                cells.addAll(minutes.subMap(after, last + 1).values());
            }
        }
        if (cells.size() < 2 || sums.isCut()) {
            into.addAll(cells);
            return;
        }
        byte[] sum = sum(cells, control);
        remember(first, last, sum);
        into.add(sum);
    }

    /** The longest sum known that begins there and does not go beyond. */
    private @Nullable Sum remembered(long first, long last) {
        Sum best = null;
        for (Sum sum : known) {
            boolean fits = sum.first == first && (sum.last == last || sum.last < last && !splitsHour(sum.last + 1));
            if (fits && (best == null || sum.last > best.last)) {
                best = sum;
            }
        }
        if (best != null) {
            known.remove(best);
            known.addLast(best);
        }
        return best;
    }

    /** Whether the minutes from this one on are in one cell with some before. */
    private boolean splitsHour(long minute) {
        return Math.floorMod(minute, HOUR) != 0 && isCoarse(minute);
    }

    /** Remembers what a split adds up to, unless its hour has become another since. */
    void remember(Split split, byte[] cell) {
        Hour hour = hours.get(Math.floorDiv(split.first, HOUR));
        if (hour != null && hour.made == split.made) {
            remember(split.first, split.last, cell);
        }
    }

    private void remember(long first, long last, byte[] cell) {
        for (Iterator<Sum> each = known.iterator(); each.hasNext(); ) {
            Sum sum = each.next();
            if (sum.first == first && sum.last <= last) {
                free(sum.cell);
                each.remove();
            }
        }
        known.addLast(new Sum(first, last, cell));
        bytes += cell.length;
        if (known.size() > REMEMBERED) {
            free(known.removeFirst().cell);
        }
    }
}

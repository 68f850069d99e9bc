package io.clew.analysis;

import io.clew.analysis.cell.Cell;
import io.clew.store.Window;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Minutes whose cells are not known, and when they were touched. Not thread-safe. */
final class OpenMinutes {
    /** A minute that is touched all the time is computed after this many times what it should rest. */
    private static final int LONGEST_OPEN = 12;

    private static final long LAST = Long.MAX_VALUE / Cell.MINUTE;

    private final TreeMap<Long, Touched> minutes = new TreeMap<>();

    /** When a minute was first touched since it was settled, and last, on the clock of nanoTime; and how often. */
    record Touched(long first, long last, long times) {
        private Touched and(Touched other) {
            return new Touched(Math.min(first, other.first), Math.max(last, other.last), times + other.times);
        }
    }

    void touch(long minute, long now) {
        minutes.merge(minute, new Touched(now, now, 1), (known, _) -> new Touched(known.first, now, known.times + 1));
    }

    boolean contains(long minute) {
        return minutes.containsKey(minute);
    }

    /** Those that nothing has touched for so many nanoseconds, and those that have been waiting for too long. */
    Map<Long, Touched> due(long now, long rest) {
        Map<Long, Touched> due = new TreeMap<>();
        minutes.forEach((minute, touched) -> {
            if (now - touched.last >= rest || now - touched.first >= LONGEST_OPEN * rest) {
                due.put(minute, touched);
            }
        });
        return due;
    }

    /** Takes a minute out unless it was touched after {@link #due}; answers whether it did. */
    boolean remove(long minute, Touched touched) {
        return minutes.remove(minute, touched);
    }

    /** Takes out those of a range, {@code to} exclusive. */
    void forget(long from, long to) {
        minutes.subMap(from, to).clear();
    }

    /** Gives those of a range to another, {@code to} exclusive. */
    void move(long from, long to, OpenMinutes other) {
        SortedMap<Long, Touched> moved = minutes.subMap(from, to);
        moved.forEach((minute, touched) -> other.minutes.merge(minute, touched, Touched::and));
        moved.clear();
    }

    List<Long> all() {
        return List.copyOf(minutes.keySet());
    }

    /** Those of a range, {@code last} inclusive, ascending. */
    List<Long> in(long first, long last) {
        return List.copyOf(minutes.subMap(first, true, last, true).keySet());
    }

    boolean anyIn(long first, long last) {
        return !minutes.subMap(first, true, last, true).isEmpty();
    }

    /** The windows of those of a range, {@code last} inclusive. */
    List<Window> windows(long first, long last) {
        return windows(minutes.subMap(first, true, last, true).keySet());
    }

    /** The windows of these minutes, neighbours in one. */
    static List<Window> windows(Collection<Long> ascending) {
        List<Window> windows = new ArrayList<>();
        for (long minute : ascending) {
            long begin = minute * Cell.MINUTE;
            if (!windows.isEmpty() && windows.getLast().to() == begin - 1) {
                begin = windows.removeLast().from();
            }
            windows.add(new Window(begin, end(minute)));
        }
        return windows;
    }

    /** The first nanosecond of a minute, but 292 years from 1970 at most, so that any minute can be asked for. */
    static long begin(long minute) {
        return Math.clamp(minute, 1 - LAST, LAST - 1) * Cell.MINUTE;
    }

    /** The last nanosecond of a minute; of the last there is, the last there is. */
    static long end(long minute) {
        return minute >= LAST ? Long.MAX_VALUE : minute * Cell.MINUTE + Cell.MINUTE - 1;
    }

    int size() {
        return minutes.size();
    }
}

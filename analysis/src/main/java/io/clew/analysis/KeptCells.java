package io.clew.analysis;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.CellFormat;
import io.clew.store.ReadControl;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sealed cells of minutes, serialised, and sums of whole hours of them, made when first asked for. Not thread-safe.
 */
final class KeptCells {
    private static final long HOUR = 60;

    private final TreeMap<Long, byte[]> minutes = new TreeMap<>();
    private final TreeMap<Long, byte[]> hours = new TreeMap<>();
    private long bytes;

    /** Keeps the cell of a minute that had none; null is one without traces. */
    void put(long minute, byte @Nullable [] cell) {
        if (cell != null) {
            minutes.put(minute, cell);
            bytes += cell.length;
        }
    }

    void drop(long minute) {
        byte[] cell = minutes.remove(minute);
        bytes -= cell == null ? 0 : cell.length;
        byte[] hour = hours.remove(Math.floorDiv(minute, HOUR));
        bytes -= hour == null ? 0 : hour.length;
    }

    void clear() {
        minutes.clear();
        hours.clear();
        bytes = 0;
    }

    /** Hands over the cells of minutes before this one, and forgets them. */
    List<byte[]> takeBefore(long minute) {
        List<byte[]> taken = List.copyOf(minutes.headMap(minute).values());
        minutes.headMap(minute).keySet().stream().toList().forEach(this::drop);
        hours.headMap(Math.ceilDiv(minute, HOUR)).keySet().stream().toList().forEach(hour -> drop(hour * HOUR));
        return taken;
    }

    /** Adds the cells of a range, {@code last} inclusive, whole hours as one where nothing in them is open. */
    void collect(long first, long last, OpenMinutes open, List<byte[]> into, ReadControl control) {
        Long minute = minutes.ceilingKey(first);
        while (minute != null && minute <= last) {
            long hour = Math.floorDiv(minute, HOUR);
            long begin = hour * HOUR;
            long end = begin + HOUR - 1;
            if (begin >= first && end <= last && !open.anyIn(begin, end)) {
                into.add(hour(hour, control));
                minute = minutes.higherKey(end);
            } else {
                into.add(minutes.get(minute));
                minute = minutes.higherKey(minute);
            }
        }
    }

    private byte[] hour(long hour, ReadControl control) {
        byte[] known = hours.get(hour);
        if (known == null) {
            List<byte[]> cells = new ArrayList<>(
                    minutes.subMap(hour * HOUR, hour * HOUR + HOUR).values());
            Cell sum = new Cell(Analyses.SHAPES, hour * HOUR);
            sum.seal();
            for (byte[] cell : cells) {
                control.check();
                sum.merge(CellFormat.read(cell, Analyses.SHAPES));
            }
            known = CellFormat.write(sum);
            hours.put(hour, known);
            bytes += known.length;
        }
        return known;
    }

    boolean isEmpty() {
        return minutes.isEmpty();
    }

    int size() {
        return minutes.size();
    }

    /** Of hours, too. */
    long bytes() {
        return bytes;
    }

    /** There must be one. */
    long firstMinute() {
        return minutes.firstKey();
    }
}

package io.clew.analysis;

import io.clew.analysis.cell.CellFormat;
import io.clew.store.KeptCells;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the disk had when a server was started.
 *
 * @param from minutes from here on are known or open, or have no traces
 * @param open also those of hours before, which are on disk
 * @param cells by minute, from {@code from} on
 */
record LoadedCells(long from, Set<Long> open, Map<Long, byte[]> cells) {
    private static final long HOUR = KeptCells.HOUR;

    /**
     * Reads cells from the latest back, and which minutes were touched since they were written.
     *
     * @param bytes that cells may take, about
     * @param oldest older minutes are not read
     * @return null when they are of another store
     */
    static @Nullable LoadedCells read(
            DiskCells disk,
            KeptCells.Account account,
            Snapshot snapshot,
            long bytes,
            long oldest,
            ReadControl control) {
        Set<Long> touched = NotedTraces.since(account.moment(), snapshot, control);
        if (touched == null) {
            return null;
        }
        Set<Long> open = new TreeSet<>(account.open());
        open.addAll(touched);
        Set<Long> unreadable = new TreeSet<>();
        Map<Long, byte[]> cells = new HashMap<>();
        long from = Math.max(account.from(), oldest);
        long taken = 0;
        for (long hour : disk.hours(from, account.to()).descendingSet()) {
            control.check();
            Map<Long, byte[]> ofHour = new HashMap<>();
            long first = Math.max(from, hour * HOUR);
            disk.each(first, hour * HOUR + HOUR - 1, open::contains, ofHour::put, unreadable);
            taken += ofHour.values().stream().mapToLong(cell -> cell.length).sum();
            if (taken > bytes) {
                from = (hour + 1) * HOUR;
                break;
            }
            cells.putAll(ofHour);
        }
        unreadable.forEach(hour -> open.addAll(KeptCells.minutesOf(hour)));
        LiveSums.fold(
                snapshot,
                DiskCells.after(account.to()),
                1,
                control,
                cell -> cells.put(cell.minute(), CellFormat.write(cell)));
        return new LoadedCells(from, open, cells);
    }
}

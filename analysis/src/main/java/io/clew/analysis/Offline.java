package io.clew.analysis;

import io.clew.analysis.cell.Cell;
import io.clew.model.SpanBatch;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.Window;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Computes the cells of all minutes of a window from the traces of a snapshot, in parallel. A cell is handed over as soon as
 * no trace of its minute is still to come, so memory follows how much of time is being read at once and not how long the
 * window is.
 */
public final class Offline {
    private final Consumer<Cell> to;
    private final TreeMap<Long, Cell> open = new TreeMap<>();

    private Offline(Consumer<Cell> to) {
        this.to = to;
    }

    /**
     * Returns when all cells are handed over.
     *
     * @param window traces that begin in it count
     * @param threads at least 1
     * @param to takes the cells in ascending order of their minutes, one at a time, not sealed; minutes without a trace
     *     have none
     */
    public static void run(
            Snapshot snapshot,
            Window window,
            int threads,
            ReadControl control,
            ParallelScan.Progress progress,
            Consumer<Cell> to) {
        Offline run = new Offline(to);
        ParallelScan.run(snapshot.scan(window, control), threads, control, progress, () -> run.new Part());
        run.handOver(Long.MAX_VALUE);
    }

    private void handOver(long settled) {
        long before = settled == Long.MAX_VALUE ? Long.MAX_VALUE : Cell.minuteOf(settled);
        while (!open.isEmpty() && open.firstKey() < before) {
            to.accept(open.pollFirstEntry().getValue());
        }
    }

    private final class Part implements ParallelScan.Worker {
        private final Fold fold = new Fold();

        @Override
        public void trace(SpanBatch spans, int[] rows, int from, int to) {
            fold.add(spans, rows, from, to);
        }

        @Override
        public void endPart(long settled) {
            fold.cells().forEach((minute, cell) -> {
                Cell known = open.putIfAbsent(minute, cell);
                if (known != null) {
                    known.merge(cell);
                }
            });
            fold.cells().clear();
            handOver(settled);
        }
    }
}

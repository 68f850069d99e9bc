package io.clew.analysis;

import io.clew.analysis.cell.Cell;
import io.clew.model.SpanBatch;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.Window;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Computes the cells of all minutes of a window from the traces of a snapshot, in parallel. A cell is handed over as soon as
 * no trace of its minute is still to come, so memory follows how much of time is being read at once and not how long the
 * window is.
 */
public final class Offline {
    private static final int SPANS_BETWEEN_CHECKS = 1_024;

    private final Consumer<Cell> to;
    private final ReadControl control;
    private final TreeMap<Long, Cell> open = new TreeMap<>();

    private final List<Part> parts = new CopyOnWriteArrayList<>();

    private Offline(Consumer<Cell> to, ReadControl control) {
        this.to = to;
        this.control = control;
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
        Offline run = new Offline(to, control);
        ParallelScan.run(
                snapshot.scan(window, Analyses.COLUMNS, control), threads, control, progress, () -> run.new Part());
        run.parts.forEach(part -> part.give(Long.MAX_VALUE));
        run.handOver();
    }

    /** Hands over the cells to which no thread has anything to add any more. */
    private void handOver() {
        long before = parts.stream().mapToLong(part -> part.given).min().orElse(Long.MIN_VALUE);
        while (!open.isEmpty() && open.firstKey() < before) {
            to.accept(open.pollFirstEntry().getValue());
        }
    }

    /** The cells of one thread. It keeps them from part to part, since merging costs as much as many spans. */
    private final class Part implements ParallelScan.Worker {
        private final Fold fold = new Fold();
        /** Cells of minutes before have been given away, and none will come again. */
        private long given = Long.MIN_VALUE;

        private int unchecked;

        private Part() {
            parts.add(this);
        }

        @Override
        public void trace(SpanBatch spans, int[] rows, int from, int to) {
            unchecked += to - from;
            if (unchecked >= SPANS_BETWEEN_CHECKS) {
                unchecked = 0;
                control.check();
            }
            fold.add(spans, rows, from, to);
        }

        @Override
        public void endPart(long settled) {
            give(settled == Long.MAX_VALUE ? Long.MAX_VALUE : Cell.minuteOf(settled));
            handOver();
        }

        private void give(long before) {
            fold.takeBefore(before).forEach((minute, cell) -> {
                Cell known = open.putIfAbsent(minute, cell);
                if (known != null) {
                    known.merge(cell);
                }
            });
            given = before;
        }
    }
}

package io.clew.analysis;

import static java.util.Objects.requireNonNull;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.CellFormat;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.Window;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the sums of a range are made of, all of one moment: cells that are known, and a snapshot in which the others are
 * read. A range is cut into steps of equally many minutes; the last may have fewer. For one thread.
 */
final class LiveSums implements AutoCloseable {
    private @Nullable Snapshot snapshot;
    private final List<Step> steps = new ArrayList<>();
    private final List<Window> toFold = new ArrayList<>();
    /** By where they begin. */
    private final SortedMap<Long, SettledCells.Split> splits = new TreeMap<>();

    private final BiConsumer<SettledCells.Split, byte[]> remember;
    private boolean cut;

    /** Minutes up to {@code last}, and the cells that are known of them. */
    private record Step(long last, List<byte[]> cells) {}

    /** @param remember takes what a split adds up to, when the sum of the range is not cut into steps */
    LiveSums(BiConsumer<SettledCells.Split, byte[]> remember) {
        this.remember = remember;
    }

    /** Where to read. It is closed with this. */
    void from(Snapshot taken) {
        snapshot = taken;
    }

    /** Begins the next step. The list takes the cells that are known of it. */
    List<byte[]> step(long last) {
        List<byte[]> cells = new ArrayList<>();
        steps.add(new Step(last, cells));
        return cells;
    }

    /** Windows of whole minutes that are to be read, in ascending order, after those added before. */
    void fold(List<Window> windows) {
        toFold.addAll(windows);
    }

    /** Has minutes read of which only the cell of their whole hour is known. */
    void fold(SettledCells.Split split) {
        Window window = new Window(split.first() * Cell.MINUTE, OpenMinutes.end(split.last()));
        toFold.add(window);
        splits.put(window.from(), split);
    }

    /** Whether the range has several steps; to be said before the first begins. */
    void cut() {
        cut = true;
    }

    boolean isCut() {
        return cut;
    }

    /** Hands over the sum of each step, sealed, one after the other. */
    void each(int threads, ReadControl control, Consumer<Cell> to) {
        Summing summing = new Summing(control, to);
        toFold.sort(Comparator.comparingLong(Window::from));
        for (Window window : toFold) {
            SettledCells.Split split = splits.get(window.from());
            Cell part = empty();
            fold(requireNonNull(snapshot), window, threads, control, cell -> {
                summing.add(cell);
                if (split != null) {
                    part.merge(cell);
                }
            });
            if (split != null && !cut) {
                remember.accept(split, CellFormat.write(part));
            }
        }
        summing.endAll();
    }

    /** As {@link Offline#run}, with cells that are sealed. */
    static void fold(Snapshot snapshot, Window window, int threads, ReadControl control, Consumer<Cell> to) {
        Offline.run(snapshot, window, threads, control, (_, _) -> {}, cell -> {
            cell.seal();
            to.accept(cell);
        });
    }

    static Cell empty() {
        Cell cell = new Cell(Analyses.SHAPES, 0);
        cell.seal();
        return cell;
    }

    /** The sum of the step that is being added up. */
    private final class Summing {
        private final ReadControl control;
        private final Consumer<Cell> to;
        private int at;
        private Cell sum = empty();

        private Summing(ReadControl control, Consumer<Cell> to) {
            this.control = control;
            this.to = to;
        }

        private void add(Cell cell) {
            while (cell.minute() > steps.get(at).last) {
                end();
            }
            sum.merge(cell);
        }

        private void end() {
            for (byte[] cell : steps.get(at).cells) {
                control.check();
                sum.merge(CellFormat.read(cell, Analyses.SHAPES));
            }
            to.accept(sum);
            sum = empty();
            at++;
        }

        private void endAll() {
            while (at < steps.size()) {
                end();
            }
        }
    }

    @Override
    public void close() {
        if (snapshot != null) {
            snapshot.close();
        }
    }
}

package io.clew.analysis.cell;

import io.clew.model.ByteDictionary;
import java.util.ArrayList;
import java.util.List;

/**
 * What the traces anchored in one minute add up to, or, once {@linkplain #seal sealed}, those of any number of minutes: a
 * few {@link Table tables} over one set of texts. A trace is anchored where its smallest valid start is; traces without
 * one are in a cell of their own, {@link #UNDATED}.
 *
 * <p>A cell is a pure function of its traces: however they are split over cells and in whatever order those merge, the
 * serialised form is the same, bit for bit. Not thread-safe.
 */
public final class Cell {
    /** The minute of traces without any valid start. */
    public static final long UNDATED = Long.MIN_VALUE;

    /** Nanoseconds. */
    public static final long MINUTE = 60_000_000_000L;

    private static final int WORDS_BEFORE_TIDYING = 1 << 15;

    private final List<TableShape> shapes;
    private final long minute;
    private final List<Table> tables = new ArrayList<>();
    private Words words = new Words();
    private boolean sealed;
    private int epoch;
    private int tidyAt = WORDS_BEFORE_TIDYING;

    /**
     * An empty cell.
     *
     * @param minute minutes since 1970, or {@link #UNDATED}; of a cell that will be sealed, the first
     */
    public Cell(List<TableShape> shapes, long minute) {
        this.shapes = List.copyOf(shapes);
        this.minute = minute;
        for (TableShape shape : shapes) {
            tables.add(new Table(shape, this));
        }
    }

    /** The minute of a trace that starts then; {@link #UNDATED} for {@link io.clew.model.SpanBatch#NO_TIME}. */
    public static long minuteOf(long start) {
        return start == io.clew.model.SpanBatch.NO_TIME ? UNDATED : Math.floorDiv(start, MINUTE);
    }

    public long minute() {
        return minute;
    }

    public List<TableShape> shapes() {
        return shapes;
    }

    public Table table(int index) {
        return tables.get(index);
    }

    /** The number of a text in this cell, valid until {@link #epoch} changes. */
    public int word(byte[] utf8, int offset, int length) {
        return words.intern(utf8, offset, length);
    }

    /** The text of a number, at most {@link Words#LONGEST} bytes of it. */
    public String text(int word) {
        return words.texts().text(word);
    }

    Words words() {
        return words;
    }

    /** Changes when words get other numbers, which they do in {@link #tidy} only. */
    public int epoch() {
        return epoch;
    }

    /** Whether there are so many texts that {@link #tidy} has to be called. */
    public boolean isUntidy() {
        return words.size() >= tidyAt;
    }

    /**
     * Forgets texts that no row uses any more, when there are many. Called between traces, so that memory stays bounded
     * whatever names come.
     */
    public void tidy() {
        if (!isUntidy()) {
            return;
        }
        boolean[] used = new boolean[words.size()];
        for (Table table : tables) {
            table.settle();
            table.markUsed(used);
        }
        Words kept = new Words();
        ByteDictionary texts = words.texts();
        int[] translated = new int[words.size()];
        for (int id = 1; id < used.length; id++) {
            if (used[id]) {
                translated[id] = kept.intern(texts.array(), texts.offset(id), texts.length(id));
            }
        }
        words = kept;
        tables.forEach(table -> table.renumber(translated));
        epoch++;
        tidyAt = Math.max(WORDS_BEFORE_TIDYING, 2 * kept.size());
    }

    /**
     * Adds everything of another cell, of the same minute; if both are sealed, of any.
     *
     * @throws IllegalArgumentException when they do not go together
     */
    public void merge(Cell other) {
        if (!shapes.equals(other.shapes) || sealed != other.sealed || !sealed && minute != other.minute) {
            throw new IllegalArgumentException("cells of minutes " + minute + " and " + other.minute + " do not merge");
        }
        ByteDictionary texts = other.words.texts();
        int[] translated = new int[texts.size()];
        for (int id = 1; id < translated.length; id++) {
            translated[id] = words.intern(texts.array(), texts.offset(id), texts.length(id));
        }
        for (int i = 0; i < tables.size(); i++) {
            tables.get(i).merge(other.tables.get(i), translated);
        }
        tidy();
    }

    /**
     * Ends the counting of its minute: peaks become final, and from now on it can be merged with sealed cells of other
     * minutes, which it could not before, because a peak is of all calls of a second together.
     */
    public void seal() {
        sealed = true;
        tables.forEach(Table::seal);
    }

    public boolean isSealed() {
        return sealed;
    }

    /** Whether no trace is in it. */
    public boolean isEmpty() {
        return tables.stream().allMatch(table -> table.size() == 0);
    }
}

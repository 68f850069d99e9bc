package io.clew.analysis.red;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.Example;
import io.clew.analysis.cell.Numbering;
import io.clew.analysis.cell.Row;
import io.clew.analysis.cell.Table;
import io.clew.model.SpanBatch;
import io.clew.model.StatusCode;
import java.util.Arrays;

/**
 * Spans added up by series on their way into a cell. What every span changes stands in columns; durations and seconds are
 * held back and added to the sketches series by series, since the sketches of all series together are larger than a
 * processor's cache. Adding up and {@link #giveTo giving} comes to the same as adding each span, since rows merge exactly.
 * Reusable; not thread-safe.
 */
final class SeriesTally {
    /** Parts of the key of {@link Red#SERIES}. */
    private static final int WIDTH = 6;

    private static final Row NONE = new Row(Red.SHAPES.get(Red.SERIES));
    private static final long SECOND = 1_000_000_000L;
    private static final int HELD_BACK = 1 << 15;

    private final Numbering keys = new Numbering(WIDTH);
    private Row[] rows = new Row[256];
    private int[] errors = new int[256];
    private long[] typicalHash = new long[256];
    private long[] longest = new long[256];
    /** Spans held back, by series. */
    private int[] held = new int[256];

    private final int[] seriesOf = new int[HELD_BACK];
    /** Nanoseconds; -1 when a time is missing. */
    private final long[] duration = new long[HELD_BACK];
    /** After the cell's minute; {@link Integer#MAX_VALUE} when unknown or too late to count. */
    private final int[] second = new int[HELD_BACK];

    private int[] place = new int[256];
    private final int[] order = new int[HELD_BACK];
    private int size;

    /** The number of a series. */
    int series(int[] key, Cell cell) {
        int known = keys.size();
        int series = keys.of(key);
        if (series == known) {
            if (series == rows.length) {
                int wider = 2 * series;
                rows = Arrays.copyOf(rows, wider);
                errors = Arrays.copyOf(errors, wider);
                typicalHash = Arrays.copyOf(typicalHash, wider);
                longest = Arrays.copyOf(longest, wider);
                held = Arrays.copyOf(held, wider);
                place = new int[wider];
            }
            rows[series] = new Row(cell.shapes().get(Red.SERIES));
            errors[series] = 0;
            held[series] = 0;
            typicalHash[series] = -1;
            longest[series] = -1;
        }
        return series;
    }

    /** How many series. */
    int size() {
        return keys.size();
    }

    /** Adds a span. */
    void add(int series, SpanBatch spans, int row, Cell cell) {
        if (spans.statusCode(row) == StatusCode.ERROR.code()) {
            errors[series]++;
        }
        long took = spans.duration(row);
        long hash = Example.hash(spans.traceIdLow(row), spans.spanId(row));
        if (took >= longest[series] || Long.compareUnsigned(hash, typicalHash[series]) <= 0) {
            example(series, spans, row);
        }
        if (size == HELD_BACK) {
            addHeldBack();
        }
        boolean starts = spans.validStart(row);
        long after = starts ? spans.start(row) / SECOND - cell.minute() * 60 : -1;
        seriesOf[size] = series;
        duration[size] = starts && spans.validEnd(row) ? took : -1;
        second[size] = after >= 0 && after < Row.SECONDS ? (int) after : Integer.MAX_VALUE;
        size++;
        held[series]++;
    }

    private void example(int series, SpanBatch spans, int row) {
        Row to = rows[series];
        to.example(
                spans.traceIdHigh(row),
                spans.traceIdLow(row),
                spans.spanId(row),
                spans.duration(row),
                spans.start(row));
        typicalHash[series] = to.typicalHash();
        longest[series] = to.longestDuration();
    }

    private void addHeldBack() {
        int series = keys.size();
        int at = 0;
        for (int i = 0; i < series; i++) {
            place[i] = at;
            at += held[i];
        }
        for (int i = 0; i < size; i++) {
            order[place[seriesOf[i]]++] = i;
        }
        at = 0;
        for (int i = 0; i < series; i++) {
            Row to = rows[i];
            if (held[i] > 0) {
                to.add(Red.CALLS, held[i]);
                to.add(Red.ERRORS, errors[i]);
            }
            for (int end = at + held[i]; at < end; at++) {
                int span = order[at];
                if (duration[span] >= 0) {
                    to.sketch(0).add(duration[span]);
                }
                to.second(second[span]);
            }
            held[i] = 0;
            errors[i] = 0;
        }
        size = 0;
    }

    /** Adds everything to the cell at all levels, and forgets it. */
    void giveTo(Cell cell) {
        addHeldBack();
        int[] key = new int[WIDTH];
        for (int i = 0; i < keys.size(); i++) {
            add(i, cell.table(Red.SERVICES), key, 0, 4, 5);
            add(i, cell.table(Red.OPERATIONS), key, 0, 1, 4, 5);
            add(i, cell.table(Red.INSTANCES), key, 0, 2, 4, 5);
            add(i, cell.table(Red.SERIES), key, 0, 1, 2, 3, 4, 5);
            rows[i] = NONE;
        }
        keys.clear();
    }

    private void add(int series, Table to, int[] key, int... parts) {
        for (int i = 0; i < parts.length; i++) {
            key[i] = keys.key(series, parts[i]);
        }
        to.row(key).merge(rows[series]);
    }
}

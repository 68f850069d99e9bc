package io.clew.analysis.red;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.Row;
import io.clew.analysis.cell.RowMemo;
import io.clew.analysis.cell.Table;
import io.clew.analysis.trace.CellWords;
import io.clew.analysis.trace.Observer;
import io.clew.analysis.trace.SpanAttributes;
import io.clew.analysis.trace.TraceView;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;

/**
 * Fills the tables of {@link Red}: every span counts once at each level. Spans are added up by series first, in a table of
 * their own; settling adds each of its rows at all levels, which comes to the same since rows merge exactly.
 */
public final class RedObserver implements Observer {
    private static final long SECOND = 1_000_000_000L;

    private final SpanAttributes attributes;
    private final int[] key = new int[6];

    private Table series;
    /** By resource, name, kind, status and waiting of the batch bound last. */
    private final RowMemo known;

    private int epoch;
    private SpanBatch batch = new SpanBatch();
    private int generation = -1;
    private boolean memorable;

    /** @param attributes shared by all that look at spans one after the other */
    public RedObserver(SpanAttributes attributes) {
        this.attributes = attributes;
        series = empty(new Cell(Red.SHAPES, 0));
        known = new RowMemo(series);
    }

    @Override
    public void observe(TraceView trace, CellWords words, Cell cell) {
        bind(trace.spans(), cell);
        SpanBatch spans = batch;
        long minute = cell.minute() * 60;
        for (int i = 0; i < trace.size(); i++) {
            int row = trace.row(i);
            int kind = SpanKind.of(spans.kind(row)).code();
            int status = StatusCode.of(spans.statusCode(row)).code();
            int waits = Waiting.is(spans, row, attributes) ? 1 : 0;
            long number =
                    (long) spans.resource(row) << 40 | (long) spans.name(row) << 8 | kind << 4 | status << 1 | waits;
            Row to = memorable ? known.get(number) : null;
            if (to == null) {
                to = series(spans, row, kind, status, waits, words, cell);
                if (memorable) {
                    known.put(number, to);
                }
            }
            add(to, spans, row, minute);
        }
    }

    private void bind(SpanBatch spans, Cell cell) {
        boolean otherCell = !series.isOver(cell) || epoch != cell.epoch();
        if (otherCell) {
            series = empty(cell);
            epoch = cell.epoch();
            known.bind(series);
        }
        if (batch != spans || generation != spans.generation()) {
            batch = spans;
            generation = spans.generation();
            memorable = spans.resourceCount() < 1 << 23;
            known.clear();
        }
    }

    private Row series(SpanBatch spans, int row, int kind, int status, int waits, CellWords words, Cell cell) {
        if (series.isFull()) {
            settle(cell);
        }
        key[0] = words.service(spans.resource(row));
        key[1] = words.word(spans.name(row));
        key[2] = words.instance(spans.resource(row));
        key[3] = status;
        key[4] = kind;
        key[5] = waits;
        return series.row(key);
    }

    private static Table empty(Cell cell) {
        return cell.beside(cell.shapes().get(Red.SERIES));
    }

    @Override
    public void settle(Cell cell) {
        if (!series.isEmpty()) {
            cell.table(Red.SERVICES).gather(series, 0, 4, 5);
            cell.table(Red.OPERATIONS).gather(series, 0, 1, 4, 5);
            cell.table(Red.INSTANCES).gather(series, 0, 2, 4, 5);
            cell.table(Red.SERIES).gather(series, 0, 1, 2, 3, 4, 5);
            series = empty(cell);
            known.bind(series);
        }
    }

    private static void add(Row to, SpanBatch spans, int row, long firstSecond) {
        to.add(Red.CALLS, 1);
        if (spans.statusCode(row) == StatusCode.ERROR.code()) {
            to.add(Red.ERRORS, 1);
        }
        if (spans.validStart(row)) {
            to.second(spans.start(row) / SECOND - firstSecond);
            if (spans.validEnd(row)) {
                to.sketch(0).add(spans.duration(row));
            }
        }
        to.example(
                spans.traceIdHigh(row),
                spans.traceIdLow(row),
                spans.spanId(row),
                spans.duration(row),
                spans.start(row));
    }
}

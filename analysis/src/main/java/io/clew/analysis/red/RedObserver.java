package io.clew.analysis.red;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.Row;
import io.clew.analysis.trace.CellWords;
import io.clew.analysis.trace.Observer;
import io.clew.analysis.trace.SpanAttributes;
import io.clew.analysis.trace.TraceView;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;

/** Fills the tables of {@link Red}: every span counts once at each level. */
public final class RedObserver implements Observer {
    private static final long SECOND = 1_000_000_000L;

    private final SpanAttributes attributes = new SpanAttributes();
    private final int[] key = new int[6];

    @Override
    public void observe(TraceView trace, CellWords words, Cell cell) {
        SpanBatch spans = trace.spans();
        for (int i = 0; i < trace.size(); i++) {
            int row = trace.row(i);
            int service = words.service(spans.resource(row));
            int instance = words.instance(spans.resource(row));
            int operation = words.word(spans.name(row));
            int kind = SpanKind.of(spans.kind(row)).code();
            int waits = Waiting.is(spans, row, attributes) ? 1 : 0;

            key[0] = service;
            key[1] = kind;
            key[2] = waits;
            add(cell.table(Red.SERVICES).row(key), spans, row, cell);

            key[1] = operation;
            key[2] = kind;
            key[3] = waits;
            add(cell.table(Red.OPERATIONS).row(key), spans, row, cell);

            key[1] = instance;
            add(cell.table(Red.INSTANCES).row(key), spans, row, cell);

            key[1] = operation;
            key[2] = instance;
            key[3] = StatusCode.of(spans.statusCode(row)).code();
            key[4] = kind;
            key[5] = waits;
            add(cell.table(Red.SERIES).row(key), spans, row, cell);
        }
    }

    private static void add(Row to, SpanBatch spans, int row, Cell cell) {
        to.add(Red.CALLS, 1);
        if (spans.statusCode(row) == StatusCode.ERROR.code()) {
            to.add(Red.ERRORS, 1);
        }
        if (spans.validStart(row)) {
            to.second(spans.start(row) / SECOND - cell.minute() * 60);
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

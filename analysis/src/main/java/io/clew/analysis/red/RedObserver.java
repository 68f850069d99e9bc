package io.clew.analysis.red;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.LongMap;
import io.clew.analysis.trace.CellWords;
import io.clew.analysis.trace.Observer;
import io.clew.analysis.trace.SpanAttributes;
import io.clew.analysis.trace.TraceView;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;

/** Fills the tables of {@link Red}: every span counts once at each level. Until settled, spans are in a {@link SeriesTally}. */
public final class RedObserver implements Observer {
    /** Resources of a batch that can be told apart in a key of {@link #known}. */
    private static final int MOST_RESOURCES = 1 << 23;

    private final SpanAttributes attributes;
    private final SeriesTally tally = new SeriesTally();
    private final int[] key = new int[6];

    /** Series of the tally by resource, name, kind, status and waiting of the batch bound last. */
    private final LongMap known = new LongMap();

    private SpanBatch batch = new SpanBatch();
    private int generation = -1;

    /** @param attributes shared by all that look at spans one after the other */
    public RedObserver(SpanAttributes attributes) {
        this.attributes = attributes;
    }

    @Override
    public void observe(TraceView trace, CellWords words, Cell cell) {
        SpanBatch spans = trace.spans();
        if (batch != spans || generation != spans.generation()) {
            batch = spans;
            generation = spans.generation();
            known.clear();
        }
        for (int i = 0; i < trace.size(); i++) {
            int row = trace.row(i);
            int kind = SpanKind.of(spans.kind(row)).code();
            int status = StatusCode.of(spans.statusCode(row)).code();
            int waits = Waiting.is(spans, row, attributes) ? 1 : 0;
            int resource = spans.resource(row);
            long number = (long) resource << 40 | (long) spans.name(row) << 8 | kind << 4 | status << 1 | waits;
            int series = resource < MOST_RESOURCES ? known.get(number) : -1;
            if (series < 0) {
                if (tally.size() >= cell.shapes().get(Red.SERIES).limit()) {
                    settle(cell);
                }
                key[0] = words.service(resource);
                key[1] = words.word(spans.name(row));
                key[2] = words.instance(resource);
                key[3] = status;
                key[4] = kind;
                key[5] = waits;
                series = tally.series(key, cell);
                if (resource < MOST_RESOURCES) {
                    known.put(number, series);
                }
            }
            tally.add(series, spans, row, cell);
        }
    }

    @Override
    public void settle(Cell cell) {
        tally.giveTo(cell);
        known.clear();
    }
}

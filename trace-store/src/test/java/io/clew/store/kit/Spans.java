package io.clew.store.kit;

import io.clew.model.SourceProtocol;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.model.ValueType;

/** Small hand-made batches for contract tests: one resource, one scope, spans added by a line each. */
public final class Spans {
    private final SpanBatch batch;
    private final int resource;
    private final int scope;

    /** Starts in a batch of the store's. */
    public Spans(SpanBatch batch, String service) {
        this.batch = batch;
        this.resource = batch.beginResource();
        batch.resourceAttributes()
                .add(
                        batch.dictionary().intern("service.name"),
                        ValueType.STRING,
                        batch.dictionary().intern(service));
        this.scope = batch.beginScope();
    }

    /** Adds a span from {@code start} to {@code end}; parent 0 = root. */
    public Spans add(TraceId trace, long spanId, long parentId, String name, long start, long end) {
        int row = batch.beginSpan(resource, scope, start, SourceProtocol.NONE);
        batch.setTraceId(row, trace.high(), trace.low());
        batch.setSpanId(row, spanId);
        batch.setParentSpanId(row, parentId);
        batch.setName(row, batch.dictionary().intern(name));
        batch.setStart(row, start);
        batch.setEnd(row, end);
        return this;
    }

    /** Gives the newest span a text attribute. */
    public Spans with(String key, String value) {
        batch.spanAttributes()
                .add(
                        batch.dictionary().intern(key),
                        ValueType.STRING,
                        batch.dictionary().intern(value));
        return this;
    }

    public SpanBatch batch() {
        return batch;
    }
}

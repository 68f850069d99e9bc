package io.clew.traceql.kit;

import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.SourceProtocol;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import java.util.Arrays;

/** One trace by hand: methods without "span" in their name are about the span opened last. */
public final class TraceBuilder {
    private final TraceId id;
    private final SpanBatch batch = new SpanBatch();
    private int row = -1;

    public TraceBuilder(TraceId id) {
        this.id = id;
    }

    public static TraceBuilder trace(long low) {
        return new TraceBuilder(new TraceId(0, low));
    }

    /** Opens a span with a resource and a scope of its own; parent 0 = root. */
    public TraceBuilder span(long spanId, long parentId, String name, long start, long end) {
        row = batch.beginSpan(batch.beginResource(), batch.beginScope(), 1, SourceProtocol.NONE);
        batch.setTraceId(row, id.high(), id.low());
        batch.setSpanId(row, spanId);
        batch.setParentSpanId(row, parentId);
        batch.setName(row, batch.dictionary().intern(name));
        batch.setStart(row, start);
        batch.setEnd(row, end);
        return this;
    }

    public TraceBuilder service(String name) {
        return resource("service.name", name);
    }

    public TraceBuilder kind(SpanKind kind) {
        batch.setKind(row, kind.code());
        return this;
    }

    public TraceBuilder status(StatusCode code, String message) {
        batch.setStatusCode(row, code.code());
        batch.setStatusMessage(row, batch.dictionary().intern(message));
        return this;
    }

    public TraceBuilder scope(String name, String version) {
        batch.setScopeName(batch.scope(row), batch.dictionary().intern(name));
        batch.setScopeVersion(batch.scope(row), batch.dictionary().intern(version));
        return this;
    }

    public TraceBuilder with(String key, Object value) {
        return add(batch.spanAttributes(), key, value);
    }

    public TraceBuilder resource(String key, Object value) {
        return add(batch.resourceAttributes(), key, value);
    }

    public TraceBuilder scopeAttribute(String key, Object value) {
        return add(batch.scopeAttributes(), key, value);
    }

    public TraceBuilder event(String name, long time) {
        int event = batch.beginEvent();
        batch.setEventName(event, batch.dictionary().intern(name));
        batch.setEventTime(event, time);
        return this;
    }

    /** An attribute of the event opened last. */
    public TraceBuilder eventAttribute(String key, Object value) {
        return add(batch.eventAttributes(), key, value);
    }

    public TraceBuilder link(TraceId trace, long span) {
        int link = batch.beginLink();
        batch.setLinkTraceId(link, trace.high(), trace.low());
        batch.setLinkSpanId(link, span);
        return this;
    }

    /** An attribute of the link opened last. */
    public TraceBuilder linkAttribute(String key, Object value) {
        return add(batch.linkAttributes(), key, value);
    }

    /** The spans so far; to append to a store. */
    public SpanBatch batch() {
        return batch;
    }

    public Trace build() {
        return new Trace(id, batch);
    }

    private TraceBuilder add(AttributeTable table, String key, Object value) {
        AttributeValue attribute = value(value);
        table.add(batch.dictionary().intern(key), attribute.type(), attribute.intern(batch.dictionary()));
        return this;
    }

    /** A String, Integer, Long, Double, Boolean, an Object[] of those, or an AttributeValue. */
    public static AttributeValue value(Object value) {
        return switch (value) {
            case AttributeValue ready -> ready;
            case String text -> new AttributeValue.Text(text);
            case Integer number -> new AttributeValue.Int(number);
            case Long number -> new AttributeValue.Int(number);
            case Double number -> new AttributeValue.Real(number);
            case Boolean bool -> new AttributeValue.Bool(bool);
            case Object[] array ->
                new AttributeValue.Array(
                        Arrays.stream(array).map(TraceBuilder::value).toList());
            default -> throw new IllegalArgumentException("no attribute value: " + value);
        };
    }
}

package io.clew.analysis.job;

import io.clew.analysis.trace.Attribute;
import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.model.TraceId;
import io.clew.model.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A span of the {@link WholeTrace} a job is visiting; valid as long as that. Times are epoch nanoseconds. Not thread-safe. */
public final class Span {
    private final WholeTrace trace;
    private final int number;

    Span(WholeTrace trace, int number) {
        this.trace = trace;
        this.number = number;
    }

    /** Something that happened in a span. */
    public record Event(long time, String name, Map<String, AttributeValue> attributes) {}

    /** A reference to a span, of this trace or another. */
    public record Link(TraceId traceId, long spanId, Map<String, AttributeValue> attributes) {}

    WholeTrace trace() {
        return trace;
    }

    int number() {
        return number;
    }

    /** Its row in the columns of {@link WholeTrace#view}. */
    public int row() {
        return trace.view().row(number);
    }

    public long id() {
        return batch().spanId(row());
    }

    /** The id in 16 hexadecimal digits. */
    public String idText() {
        return io.clew.model.Hex.of(id());
    }

    public String name() {
        return trace.text(batch().name(row()));
    }

    /** The attribute {@code service.name} of its resource; empty when there is none. */
    public String service() {
        String service = resourceText("service.name");
        return service == null ? "" : service;
    }

    public SpanKind kind() {
        return SpanKind.of(batch().kind(row()));
    }

    public StatusCode status() {
        return StatusCode.of(batch().statusCode(row()));
    }

    public String statusMessage() {
        return trace.text(batch().statusMessage(row()));
    }

    public boolean isError() {
        return status() == StatusCode.ERROR;
    }

    /** The span that called it; null when it has no parent, or none that is stored. */
    public @Nullable Span parent() {
        int parent = trace.view().parent(number);
        return parent < 0 ? null : trace.handle(parent);
    }

    /** Whether it names a parent that is not stored. */
    public boolean isOrphan() {
        return trace.view().isOrphan(number);
    }

    /** The spans it is the parent of, by start. */
    public List<Span> children() {
        return trace.children(number);
    }

    /** {@link SpanBatch#NO_TIME} when it has no valid one. */
    public long start() {
        return batch().validStart(row()) ? batch().start(row()) : SpanBatch.NO_TIME;
    }

    /** {@link SpanBatch#NO_TIME} when it has no valid one. */
    public long end() {
        return batch().validEnd(row()) ? batch().end(row()) : SpanBatch.NO_TIME;
    }

    /** Nanoseconds, never negative; 0 unless both times are valid. */
    public long duration() {
        return batch().duration(row());
    }

    /** Whether start and end are valid, so that the duration says something. */
    public boolean isTimed() {
        return batch().validStart(row()) && batch().validEnd(row());
    }

    /** An attribute as text, numbers and booleans too; null when there is none, or one of another type. */
    public @Nullable String text(String key) {
        AttributeTable table = batch().spanAttributes();
        return trace.text(table, trace.entry(table, row(), key));
    }

    /** The same of an attribute under every name it has had; empty when there is none that is text. */
    public String text(Attribute attribute) {
        return trace.text(trace.attributes(row()).text(attribute));
    }

    /** An attribute that is a whole number, also one that was sent as a short text; -1 when there is none. */
    public long number(Attribute attribute) {
        return trace.attributes(row()).number(attribute);
    }

    /** An attribute that is a whole number. */
    public long number(String key, long otherwise) {
        AttributeTable table = batch().spanAttributes();
        int entry = trace.entry(table, row(), key);
        return entry >= 0 && table.type(entry) == ValueType.INT ? table.value(entry) : otherwise;
    }

    public boolean has(String key) {
        return trace.entry(batch().spanAttributes(), row(), key) >= 0;
    }

    /** An attribute of any type; null when there is none. */
    public @Nullable AttributeValue attribute(String key) {
        AttributeTable table = batch().spanAttributes();
        int entry = trace.entry(table, row(), key);
        return entry < 0 ? null : AttributeValue.of(table, entry, batch().dictionary());
    }

    /** All its attributes in the order sent; of a key that repeats, the first. */
    public Map<String, AttributeValue> attributes() {
        return attributes(batch().spanAttributes(), row());
    }

    /** An attribute of its resource, as {@link #text(String)}. */
    public @Nullable String resourceText(String key) {
        AttributeTable table = batch().resourceAttributes();
        return trace.text(table, trace.entry(table, batch().resource(row()), key));
    }

    /** The attributes of its resource. */
    public Map<String, AttributeValue> resourceAttributes() {
        return attributes(batch().resourceAttributes(), batch().resource(row()));
    }

    /** The name of what recorded it: usually an instrumentation library. */
    public String scopeName() {
        return trace.text(batch().scopeName(batch().scope(row())));
    }

    /** Its events in the order sent. */
    public List<Event> events() {
        List<Event> events = new ArrayList<>();
        for (int i = batch().eventsFrom(row()); i < batch().eventsTo(row()); i++) {
            events.add(new Event(
                    batch().eventTime(i), trace.text(batch().eventName(i)), attributes(batch().eventAttributes(), i)));
        }
        return events;
    }

    /** Its links in the order sent. */
    public List<Link> links() {
        List<Link> links = new ArrayList<>();
        for (int i = batch().linksFrom(row()); i < batch().linksTo(row()); i++) {
            links.add(new Link(
                    new TraceId(batch().linkTraceIdHigh(i), batch().linkTraceIdLow(i)),
                    batch().linkSpanId(i),
                    attributes(batch().linkAttributes(), i)));
        }
        return links;
    }

    private Map<String, AttributeValue> attributes(AttributeTable table, int owner) {
        Map<String, AttributeValue> values = new LinkedHashMap<>();
        for (int i = table.from(owner); i < table.to(owner); i++) {
            values.putIfAbsent(trace.text(table.key(i)), AttributeValue.of(table, i, batch().dictionary()));
        }
        return values;
    }

    private SpanBatch batch() {
        return trace.batch();
    }

    @Override
    public String toString() {
        return "span " + idText() + " '" + name() + "' of " + service();
    }
}

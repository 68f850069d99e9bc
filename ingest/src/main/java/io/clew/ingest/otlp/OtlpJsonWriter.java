package io.clew.ingest.otlp;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.AttributeValue.Empty;
import io.clew.model.ByteDictionary;
import io.clew.model.Hex;
import io.clew.model.SpanBatch;
import io.clew.model.Trace;
import io.clew.model.ValueType;
import java.io.IOException;
import java.io.OutputStream;
import java.util.stream.IntStream;

/**
 * Writes spans as OTLP JSON ({@code {"resourceSpans":[...]}}): lower-case hexadecimal ids, 64-bit integers as strings,
 * enumerations as integers, bytes in Base64; fields at their default are left out, but each span has its status. Spans
 * of equal resource and scope stand together. Streams; stateless.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">JSON Protobuf Encoding</a>
 */
public final class OtlpJsonWriter {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(com.fasterxml.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private final JsonGenerator json;
    private final SpanBatch batch;
    private final ByteDictionary words;
    private final char[] digits = new char[32];

    private OtlpJsonWriter(SpanBatch batch, JsonGenerator json) {
        this.batch = batch;
        this.words = batch.dictionary();
        this.json = json;
    }

    /** Writes a whole trace, spans by (start, span id) within their group, and leaves {@code out} open. */
    public static void write(Trace trace, OutputStream out) throws IOException {
        write(trace.spans(), trace.order(), out);
    }

    /** Writes all spans of a batch and leaves {@code out} open. */
    public static void write(SpanBatch batch, OutputStream out) throws IOException {
        write(batch, IntStream.range(0, batch.spanCount()).toArray(), out);
    }

    /** Writes these rows and leaves {@code out} open. */
    public static void write(SpanBatch batch, int[] rows, OutputStream out) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out, JsonEncoding.UTF8)) {
            json.writeStartObject();
            writeResourceSpans(batch, rows, json);
            json.writeEndObject();
        }
    }

    /** Writes the field {@code resourceSpans} with these rows into the object open in {@code json}. */
    public static void writeResourceSpans(SpanBatch batch, int[] rows, JsonGenerator json) throws IOException {
        new OtlpJsonWriter(batch, json).resourceSpans(SpanGroups.of(batch, rows));
    }

    private void resourceSpans(SpanGroups groups) throws IOException {
        json.writeArrayFieldStart("resourceSpans");
        for (SpanGroups.ResourceGroup resource : groups.resources()) {
            json.writeStartObject();
            json.writeObjectFieldStart("resource");
            attributes(batch.resourceAttributes(), resource.resource());
            count("droppedAttributesCount", batch.resourceDropped(resource.resource()));
            json.writeEndObject();
            json.writeArrayFieldStart("scopeSpans");
            for (SpanGroups.ScopeGroup scope : resource.scopes()) {
                scopeSpans(scope);
            }
            json.writeEndArray();
            text("schemaUrl", batch.resourceSchemaUrl(resource.resource()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void scopeSpans(SpanGroups.ScopeGroup group) throws IOException {
        int scope = group.scope();
        json.writeStartObject();
        json.writeObjectFieldStart("scope");
        text("name", batch.scopeName(scope));
        text("version", batch.scopeVersion(scope));
        attributes(batch.scopeAttributes(), scope);
        count("droppedAttributesCount", batch.scopeDropped(scope));
        json.writeEndObject();
        json.writeArrayFieldStart("spans");
        for (int i = 0; i < group.spans().count(); i++) {
            span(group.spans().get(i));
        }
        json.writeEndArray();
        text("schemaUrl", batch.scopeSchemaUrl(scope));
        json.writeEndObject();
    }

    private void span(int span) throws IOException {
        json.writeStartObject();
        id("traceId", batch.traceIdHigh(span), batch.traceIdLow(span));
        id("spanId", batch.spanId(span));
        text("traceState", batch.traceState(span));
        if (batch.parentSpanId(span) != 0) {
            id("parentSpanId", batch.parentSpanId(span));
        }
        count("flags", batch.flags(span));
        text("name", batch.name(span));
        enumeration("kind", batch.kind(span));
        if (batch.hasStart(span)) {
            json.writeStringField("startTimeUnixNano", Long.toUnsignedString(batch.start(span)));
        }
        if (batch.hasEnd(span)) {
            json.writeStringField("endTimeUnixNano", Long.toUnsignedString(batch.end(span)));
        }
        attributes(batch.spanAttributes(), span);
        count("droppedAttributesCount", batch.droppedAttributes(span));
        events(span);
        count("droppedEventsCount", batch.droppedEvents(span));
        links(span);
        count("droppedLinksCount", batch.droppedLinks(span));
        json.writeObjectFieldStart("status");
        text("message", batch.statusMessage(span));
        enumeration("code", batch.statusCode(span));
        json.writeEndObject();
        json.writeEndObject();
    }

    private void events(int span) throws IOException {
        int to = batch.eventsTo(span);
        if (batch.eventsFrom(span) == to) {
            return;
        }
        json.writeArrayFieldStart("events");
        for (int event = batch.eventsFrom(span); event < to; event++) {
            json.writeStartObject();
            if (batch.eventTime(event) != 0) {
                json.writeStringField("timeUnixNano", Long.toUnsignedString(batch.eventTime(event)));
            }
            text("name", batch.eventName(event));
            attributes(batch.eventAttributes(), event);
            count("droppedAttributesCount", batch.eventDropped(event));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void links(int span) throws IOException {
        int to = batch.linksTo(span);
        if (batch.linksFrom(span) == to) {
            return;
        }
        json.writeArrayFieldStart("links");
        for (int link = batch.linksFrom(span); link < to; link++) {
            json.writeStartObject();
            if ((batch.linkTraceIdHigh(link) | batch.linkTraceIdLow(link)) != 0) {
                id("traceId", batch.linkTraceIdHigh(link), batch.linkTraceIdLow(link));
            }
            if (batch.linkSpanId(link) != 0) {
                id("spanId", batch.linkSpanId(link));
            }
            text("traceState", batch.linkTraceState(link));
            attributes(batch.linkAttributes(), link);
            count("droppedAttributesCount", batch.linkDropped(link));
            count("flags", batch.linkFlags(link));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void attributes(AttributeTable table, int owner) throws IOException {
        if (table.count(owner) == 0) {
            return;
        }
        json.writeArrayFieldStart("attributes");
        for (int entry = table.from(owner); entry < table.to(owner); entry++) {
            json.writeStartObject();
            json.writeFieldName("key");
            utf8(table.key(entry));
            json.writeFieldName("value");
            if (table.type(entry) == ValueType.STRING) {
                json.writeStartObject();
                json.writeFieldName("stringValue");
                utf8((int) table.value(entry));
                json.writeEndObject();
            } else {
                value(AttributeValue.of(table, entry, words));
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void value(AttributeValue value) throws IOException {
        json.writeStartObject();
        switch (value) {
            case Empty _ -> {}
            case AttributeValue.Text v -> json.writeStringField("stringValue", v.value());
            case AttributeValue.Bool v -> json.writeBooleanField("boolValue", v.value());
            case AttributeValue.Int v -> json.writeStringField("intValue", Long.toString(v.value()));
            // Jackson writes the three values that are not numbers as strings, as ProtoJSON has it.
            case AttributeValue.Real v -> json.writeNumberField("doubleValue", v.value());
            case AttributeValue.Bytes v -> json.writeBinaryField("bytesValue", v.value());
            case AttributeValue.Array v -> {
                json.writeObjectFieldStart("arrayValue");
                json.writeArrayFieldStart("values");
                for (AttributeValue element : v.elements()) {
                    value(element);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            case AttributeValue.KeyValues v -> {
                json.writeObjectFieldStart("kvlistValue");
                json.writeArrayFieldStart("values");
                for (AttributeValue.Entry entry : v.entries()) {
                    json.writeStartObject();
                    json.writeStringField("key", entry.key());
                    json.writeFieldName("value");
                    value(entry.value());
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
            }
        }
        json.writeEndObject();
    }

    private void text(String field, int id) throws IOException {
        if (id != 0) {
            json.writeFieldName(field);
            utf8(id);
        }
    }

    private void id(String field, long id) throws IOException {
        Hex.write(id, digits, 0);
        json.writeFieldName(field);
        json.writeString(digits, 0, 16);
    }

    private void id(String field, long high, long low) throws IOException {
        Hex.write(high, digits, 0);
        Hex.write(low, digits, 16);
        json.writeFieldName(field);
        json.writeString(digits, 0, 32);
    }

    private void utf8(int id) throws IOException {
        json.writeUTF8String(words.array(), words.offset(id), words.length(id));
    }

    /** An unsigned 32-bit number. */
    private void count(String field, int value) throws IOException {
        if (value != 0) {
            json.writeNumberField(field, value & 0xFFFFFFFFL);
        }
    }

    private void enumeration(String field, int value) throws IOException {
        if (value != 0) {
            json.writeNumberField(field, value);
        }
    }
}

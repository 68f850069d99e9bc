package io.clew.server.jaeger;

import com.fasterxml.jackson.core.JsonGenerator;
import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.Hex;
import io.clew.model.SpanBatch;
import io.clew.model.SpanEquality;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.model.Trace;
import io.clew.model.ValueType;
import io.clew.store.ReadControl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes one trace in Jaeger's JSON model: resources become processes, scope, kind, status and trace state become tags,
 * events become logs, parent and links become references (OpenTelemetry's "OTLP to Jaeger" mapping, as Jaeger 2.20 does
 * it). Times are microseconds, cut off.
 */
final class TraceWriter {
    private static final byte[] SERVICE_NAME = "service.name".getBytes(StandardCharsets.UTF_8);
    private static final byte[] REFERENCE_TYPE = "opentracing.ref_type".getBytes(StandardCharsets.UTF_8);
    private static final byte[] CHILD_OF = "child_of".getBytes(StandardCharsets.UTF_8);
    private static final int SPANS_BETWEEN_CHECKS = 1_024;
    private static final byte[] EVENT = "event".getBytes(StandardCharsets.UTF_8);

    private final Trace trace;
    private final SpanBatch spans;
    private final TagWriter tags;
    private final JsonGenerator json;
    private final List<String> warnings;
    private final int serviceKey;
    private final ReadControl control;
    /** By the first resource row of each. */
    private final Map<Integer, String> processes = new LinkedHashMap<>();
    /** By what a resource row holds. */
    private final TreeMap<long[], String> processOfContent = new TreeMap<>(Arrays::compare);
    /** By resource row, for those met. */
    private final @Nullable String[] processOfRow;

    private TraceWriter(Trace trace, List<String> warnings, ReadControl control, JsonGenerator json) {
        this.warnings = warnings;
        this.control = control;
        this.processOfRow = new @Nullable String[trace.spans().resourceCount()];
        this.trace = trace;
        this.spans = trace.spans();
        this.json = json;
        this.tags = new TagWriter(spans.dictionary(), json);
        this.serviceKey = spans.dictionary().find(SERVICE_NAME);
    }

    /**
     * Stops when the control says so.
     *
     * @param warnings about the trace, which also go to its first span, since that is where Jaeger's page shows them
     */
    static void write(Trace trace, List<String> warnings, ReadControl control, JsonGenerator json) throws IOException {
        new TraceWriter(trace, warnings, control, json).write();
    }

    private void write() throws IOException {
        json.writeStartObject();
        json.writeStringField(
                "traceID", TraceIds.text(trace.id().high(), trace.id().low()));
        json.writeArrayFieldStart("spans");
        int written = 0;
        for (int row : trace.order()) {
            if (written % SPANS_BETWEEN_CHECKS == 0) {
                control.check();
            }
            span(row, written == 0);
            written++;
        }
        json.writeEndArray();
        json.writeObjectFieldStart("processes");
        for (Map.Entry<Integer, String> process : processes.entrySet()) {
            process(process.getKey(), process.getValue());
        }
        json.writeEndObject();
        warnings(warnings);
        json.writeEndObject();
    }

    private void span(int row, boolean first) throws IOException {
        json.writeStartObject();
        json.writeStringField("traceID", TraceIds.text(spans.traceIdHigh(row), spans.traceIdLow(row)));
        json.writeStringField("spanID", Hex.of(spans.spanId(row)));
        if ((spans.flags(row) & 1) != 0) {
            json.writeNumberField("flags", 1);
        }
        json.writeStringField("operationName", spans.dictionary().text(spans.name(row)));
        references(row);
        json.writeNumberField("startTime", Long.divideUnsigned(spans.start(row), 1000));
        json.writeNumberField("duration", spans.duration(row) / 1000);
        json.writeArrayFieldStart("tags");
        tags(row);
        json.writeEndArray();
        json.writeArrayFieldStart("logs");
        for (int event = spans.eventsFrom(row); event < spans.eventsTo(row); event++) {
            log(event);
        }
        json.writeEndArray();
        json.writeStringField("processID", processId(spans.resource(row)));
        warnings(first ? warnings : List.of());
        json.writeEndObject();
    }

    private void warnings(List<String> sentences) throws IOException {
        if (sentences.isEmpty()) {
            json.writeNullField("warnings");
            return;
        }
        json.writeArrayFieldStart("warnings");
        for (String sentence : sentences) {
            json.writeString(sentence);
        }
        json.writeEndArray();
    }

    private void tags(int row) throws IOException {
        int scope = spans.scope(row);
        tags.nonEmpty("otel.scope.name", spans.scopeName(scope));
        tags.nonEmpty("otel.scope.version", spans.scopeVersion(scope));
        tags.all(spans.spanAttributes(), row, -1);
        SpanKind kind = SpanKind.of(spans.kind(row));
        if (kind != SpanKind.UNSPECIFIED) {
            tags.text("span.kind", kind.word());
        }
        StatusCode status = StatusCode.of(spans.statusCode(row));
        if (status != StatusCode.UNSET) {
            tags.text("otel.status_code", status.name());
        }
        if (status == StatusCode.ERROR) {
            tags.bool("error", true);
        }
        tags.nonEmpty("otel.status_description", spans.statusMessage(row));
        tags.nonEmpty("w3c.tracestate", spans.traceState(row));
    }

    private void references(int row) throws IOException {
        json.writeArrayFieldStart("references");
        if (spans.parentSpanId(row) != 0) {
            reference("CHILD_OF", spans.traceIdHigh(row), spans.traceIdLow(row), spans.parentSpanId(row));
        }
        for (int link = spans.linksFrom(row); link < spans.linksTo(row); link++) {
            if (spans.linkSpanId(link) != 0 && (spans.linkTraceIdHigh(link) | spans.linkTraceIdLow(link)) != 0) {
                reference(
                        isChildOf(link) ? "CHILD_OF" : "FOLLOWS_FROM",
                        spans.linkTraceIdHigh(link),
                        spans.linkTraceIdLow(link),
                        spans.linkSpanId(link));
            }
        }
        json.writeEndArray();
    }

    private boolean isChildOf(int link) {
        AttributeTable attributes = spans.linkAttributes();
        int key = spans.dictionary().find(REFERENCE_TYPE);
        int entry = key < 0 ? -1 : attributes.find(link, key);
        return entry >= 0
                && attributes.type(entry) == ValueType.STRING
                && spans.dictionary().equal((int) attributes.value(entry), CHILD_OF, 0, CHILD_OF.length);
    }

    private void reference(String type, long traceHigh, long traceLow, long span) throws IOException {
        json.writeStartObject();
        json.writeStringField("refType", type);
        json.writeStringField("traceID", TraceIds.text(traceHigh, traceLow));
        json.writeStringField("spanID", Hex.of(span));
        json.writeEndObject();
    }

    private void log(int event) throws IOException {
        json.writeStartObject();
        json.writeNumberField("timestamp", Long.divideUnsigned(spans.eventTime(event), 1000));
        json.writeArrayFieldStart("fields");
        int key = spans.dictionary().find(EVENT);
        if (key < 0 || spans.eventAttributes().find(event, key) < 0) {
            tags.nonEmpty("event", spans.eventName(event));
        }
        tags.all(spans.eventAttributes(), event, -1);
        json.writeEndArray();
        json.writeEndObject();
    }

    // Equal resources may stand in several rows; they are one process.
    private String processId(int resource) {
        String known = processOfRow[resource];
        if (known == null) {
            known = processOfContent.computeIfAbsent(content(resource), _ -> {
                String id = "p" + (processes.size() + 1);
                processes.put(resource, id);
                return id;
            });
            processOfRow[resource] = known;
        }
        return known;
    }

    /** Equal if and only if the resources are, as {@link SpanEquality#resource} has it: a batch has each text once. */
    private long[] content(int resource) {
        AttributeTable attributes = spans.resourceAttributes();
        int from = attributes.from(resource);
        int to = attributes.to(resource);
        long[] content = new long[2 + 2 * (to - from)];
        content[0] = spans.resourceDropped(resource);
        content[1] = spans.resourceSchemaUrl(resource);
        for (int i = from; i < to; i++) {
            content[2 * (i - from) + 2] = (long) attributes.type(i) << 32 | attributes.key(i);
            content[2 * (i - from) + 3] = attributes.value(i);
        }
        return content;
    }

    private void process(int resource, String id) throws IOException {
        json.writeObjectFieldStart(id);
        json.writeStringField("serviceName", serviceName(resource));
        json.writeArrayFieldStart("tags");
        tags.all(spans.resourceAttributes(), resource, serviceKey);
        json.writeEndArray();
        json.writeEndObject();
    }

    // The three names are Jaeger's own, for what cannot be shown as a name.
    private String serviceName(int resource) {
        AttributeTable attributes = spans.resourceAttributes();
        int entry = serviceKey < 0 ? -1 : attributes.find(resource, serviceKey);
        if (entry < 0) {
            return "missing-service-name";
        }
        return switch (AttributeValue.of(attributes, entry, spans.dictionary())) {
            case AttributeValue.Text text when text.value().isEmpty() -> "empty-service-name";
            case AttributeValue.Text text -> text.value();
            default -> "service-name-wrong-type";
        };
    }
}

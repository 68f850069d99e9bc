package io.clew.ingest.otlp;

import com.google.protobuf.ByteString;
import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.AttributeValue.Empty;
import io.clew.model.SpanBatch;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a batch as official protobuf objects, to be compared with what the official parser read. The slow, obvious
 * way; each span stands with its resource and scope.
 */
final class Rows {
    private Rows() {}

    /** One span with all that belongs to it. */
    record Row(Resource resource, String resourceSchema, InstrumentationScope scope, String scopeSchema, Span span) {}

    /** Every span of a parsed request, in order, without what Clew does not keep. */
    static List<Row> of(TracesData data) {
        List<Row> rows = new ArrayList<>();
        for (ResourceSpans resource : data.getResourceSpansList()) {
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                for (Span span : scope.getSpansList()) {
                    rows.add(new Row(
                            Plain.resource(resource.getResource()),
                            resource.getSchemaUrl(),
                            Plain.scope(scope.getScope()),
                            scope.getSchemaUrl(),
                            Plain.span(span)));
                }
            }
        }
        return rows;
    }

    /** Every span of a batch, in order. */
    static List<Row> of(SpanBatch batch) {
        List<Row> rows = new ArrayList<>();
        for (int span = 0; span < batch.spanCount(); span++) {
            int resource = batch.resource(span);
            int scope = batch.scope(span);
            rows.add(new Row(
                    Resource.newBuilder()
                            .addAllAttributes(attributes(batch, batch.resourceAttributes(), resource))
                            .setDroppedAttributesCount(batch.resourceDropped(resource))
                            .build(),
                    text(batch, batch.resourceSchemaUrl(resource)),
                    InstrumentationScope.newBuilder()
                            .setName(text(batch, batch.scopeName(scope)))
                            .setVersion(text(batch, batch.scopeVersion(scope)))
                            .addAllAttributes(attributes(batch, batch.scopeAttributes(), scope))
                            .setDroppedAttributesCount(batch.scopeDropped(scope))
                            .build(),
                    text(batch, batch.scopeSchemaUrl(scope)),
                    span(batch, span)));
        }
        return rows;
    }

    private static Span span(SpanBatch b, int span) {
        Span.Builder out = Span.newBuilder()
                .setTraceId(id(b.traceIdHigh(span), b.traceIdLow(span)))
                .setSpanId(id(b.spanId(span)))
                .setTraceState(text(b, b.traceState(span)))
                .setName(text(b, b.name(span)))
                .setKindValue(b.kind(span))
                .setStartTimeUnixNano(b.start(span))
                .setEndTimeUnixNano(b.end(span))
                .addAllAttributes(attributes(b, b.spanAttributes(), span))
                .setDroppedAttributesCount(b.droppedAttributes(span))
                .setDroppedEventsCount(b.droppedEvents(span))
                .setDroppedLinksCount(b.droppedLinks(span))
                .setFlags(b.flags(span))
                .setStatus(Status.newBuilder()
                        .setMessage(text(b, b.statusMessage(span)))
                        .setCodeValue(b.statusCode(span)));
        if (b.parentSpanId(span) != 0) {
            out.setParentSpanId(id(b.parentSpanId(span)));
        }
        for (int event = b.eventsFrom(span); event < b.eventsTo(span); event++) {
            out.addEvents(Span.Event.newBuilder()
                    .setTimeUnixNano(b.eventTime(event))
                    .setName(text(b, b.eventName(event)))
                    .addAllAttributes(attributes(b, b.eventAttributes(), event))
                    .setDroppedAttributesCount(b.eventDropped(event)));
        }
        for (int link = b.linksFrom(span); link < b.linksTo(span); link++) {
            Span.Link.Builder to = Span.Link.newBuilder()
                    .setTraceState(text(b, b.linkTraceState(link)))
                    .addAllAttributes(attributes(b, b.linkAttributes(), link))
                    .setDroppedAttributesCount(b.linkDropped(link))
                    .setFlags(b.linkFlags(link));
            if ((b.linkTraceIdHigh(link) | b.linkTraceIdLow(link)) != 0) {
                to.setTraceId(id(b.linkTraceIdHigh(link), b.linkTraceIdLow(link)));
            }
            if (b.linkSpanId(link) != 0) {
                to.setSpanId(id(b.linkSpanId(link)));
            }
            out.addLinks(to);
        }
        return out.build();
    }

    private static List<KeyValue> attributes(SpanBatch batch, AttributeTable table, int owner) {
        List<KeyValue> out = new ArrayList<>();
        for (int entry = table.from(owner); entry < table.to(owner); entry++) {
            out.add(KeyValue.newBuilder()
                    .setKey(text(batch, table.key(entry)))
                    .setValue(value(AttributeValue.of(table, entry, batch.dictionary())))
                    .build());
        }
        return out;
    }

    private static AnyValue value(AttributeValue value) {
        AnyValue.Builder out = AnyValue.newBuilder();
        switch (value) {
            case Empty _ -> {}
            case AttributeValue.Text v -> out.setStringValue(v.value());
            case AttributeValue.Bool v -> out.setBoolValue(v.value());
            case AttributeValue.Int v -> out.setIntValue(v.value());
            case AttributeValue.Real v -> out.setDoubleValue(v.value());
            case AttributeValue.Bytes v -> out.setBytesValue(ByteString.copyFrom(v.value()));
            case AttributeValue.Array v ->
                out.setArrayValue(ArrayValue.newBuilder()
                        .addAllValues(v.elements().stream().map(Rows::value).toList()));
            case AttributeValue.KeyValues v ->
                out.setKvlistValue(KeyValueList.newBuilder()
                        .addAllValues(v.entries().stream()
                                .map(e -> KeyValue.newBuilder()
                                        .setKey(e.key())
                                        .setValue(value(e.value()))
                                        .build())
                                .toList()));
        }
        return out.build();
    }

    private static String text(SpanBatch batch, int id) {
        return batch.dictionary().text(id);
    }

    static ByteString id(long... parts) {
        ByteBuffer out = ByteBuffer.allocate(parts.length * 8);
        for (long part : parts) {
            out.putLong(part);
        }
        return ByteString.copyFrom(out.array());
    }
}

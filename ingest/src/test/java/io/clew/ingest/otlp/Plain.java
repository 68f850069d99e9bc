package io.clew.ingest.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.List;

/**
 * Official messages reduced to what Clew keeps: no unknown fields, no references to string tables or entities, values and
 * statuses always present, ids of zeros as none.
 */
final class Plain {
    private static final UnknownFieldSet NONE = UnknownFieldSet.getDefaultInstance();

    private Plain() {}

    static Resource resource(Resource resource) {
        return Resource.newBuilder()
                .addAllAttributes(attributes(resource.getAttributesList()))
                .setDroppedAttributesCount(resource.getDroppedAttributesCount())
                .build();
    }

    static InstrumentationScope scope(InstrumentationScope scope) {
        return scope.toBuilder()
                .setUnknownFields(NONE)
                .clearAttributes()
                .addAllAttributes(attributes(scope.getAttributesList()))
                .build();
    }

    static Span span(Span span) {
        return span.toBuilder()
                .setUnknownFields(NONE)
                .setParentSpanId(orNone(span.getParentSpanId()))
                .clearAttributes()
                .addAllAttributes(attributes(span.getAttributesList()))
                .clearEvents()
                .addAllEvents(span.getEventsList().stream().map(Plain::event).toList())
                .clearLinks()
                .addAllLinks(span.getLinksList().stream().map(Plain::link).toList())
                .setStatus(Status.newBuilder()
                        .setMessage(span.getStatus().getMessage())
                        .setCodeValue(span.getStatus().getCodeValue()))
                .build();
    }

    private static Span.Event event(Span.Event event) {
        return event.toBuilder()
                .setUnknownFields(NONE)
                .clearAttributes()
                .addAllAttributes(attributes(event.getAttributesList()))
                .build();
    }

    private static Span.Link link(Span.Link link) {
        return link.toBuilder()
                .setUnknownFields(NONE)
                .setTraceId(orNone(link.getTraceId()))
                .setSpanId(orNone(link.getSpanId()))
                .clearAttributes()
                .addAllAttributes(attributes(link.getAttributesList()))
                .build();
    }

    private static ByteString orNone(ByteString id) {
        for (int i = 0; i < id.size(); i++) {
            if (id.byteAt(i) != 0 || id.size() % 8 != 0) {
                return id;
            }
        }
        return ByteString.EMPTY;
    }

    private static List<KeyValue> attributes(List<KeyValue> attributes) {
        return attributes.stream()
                .map(a -> KeyValue.newBuilder()
                        .setKey(a.getKey())
                        .setValue(value(a.getValue()))
                        .build())
                .toList();
    }

    private static AnyValue value(AnyValue value) {
        AnyValue.Builder out = AnyValue.newBuilder();
        switch (value.getValueCase()) {
            case ARRAY_VALUE ->
                out.setArrayValue(ArrayValue.newBuilder()
                        .addAllValues(value.getArrayValue().getValuesList().stream()
                                .map(Plain::value)
                                .toList()));
            case KVLIST_VALUE ->
                out.setKvlistValue(KeyValueList.newBuilder()
                        .addAllValues(attributes(value.getKvlistValue().getValuesList())));
            case STRING_VALUE_STRINDEX, VALUE_NOT_SET -> {}
            case STRING_VALUE, BOOL_VALUE, INT_VALUE, DOUBLE_VALUE, BYTES_VALUE ->
                out.mergeFrom(value.toBuilder().setUnknownFields(NONE).build());
        }
        return out.build();
    }
}

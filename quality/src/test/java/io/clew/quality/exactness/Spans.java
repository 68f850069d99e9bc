package io.clew.quality.exactness;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;

/** OTLP spans by a line each. Stateless. */
final class Spans {
    /** 2026-03-01T00:00:00Z, epoch nanoseconds: when ordinary spans happen. */
    static final long T = 1_772_323_200_000_000_000L;

    static final long SECOND = 1_000_000_000L;

    private Spans() {}

    /** A server span; parent 0 = root. */
    static Span.Builder span(long trace, long id, long parent, String name, long start, long end) {
        Span.Builder span = Span.newBuilder()
                .setTraceId(ByteString.copyFrom(
                        ByteBuffer.allocate(16).putLong(0).putLong(trace).flip()))
                .setSpanId(eight(id))
                .setName(name)
                .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                .setStartTimeUnixNano(start)
                .setEndTimeUnixNano(end);
        return parent == 0 ? span : span.setParentSpanId(eight(parent));
    }

    static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    static KeyValue number(String key, long value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setIntValue(value))
                .build();
    }

    static Resource resource(String service) {
        return Resource.newBuilder()
                .addAttributes(text("service.name", service))
                .build();
    }

    /** A trace's id as the API has it. */
    static String hex(long trace) {
        return "%032x".formatted(trace);
    }

    static String spanHex(long span) {
        return "%016x".formatted(span);
    }

    private static ByteString eight(long value) {
        return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(value).flip());
    }
}

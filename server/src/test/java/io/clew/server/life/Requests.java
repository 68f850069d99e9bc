package io.clew.server.life;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** OTLP requests for tests. Spans start at {@link #START} and take 5 ms. */
public final class Requests {
    public static final long START = 1_790_000_000_000_000_000L;
    public static final long DURATION = 5_000_000;

    private Requests() {}

    /** One span of trace {@code traceLow} and span {@code spanId} of service {@code shop}, operation {@code GET /}. */
    public static ExportTraceServiceRequest one(long traceLow, long spanId) {
        return of("shop", span(traceLow, spanId).build());
    }

    public static ExportTraceServiceRequest of(String service, Span... spans) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(Resource.newBuilder().addAttributes(text("service.name", service)))
                        .addScopeSpans(ScopeSpans.newBuilder().addAllSpans(List.of(spans))))
                .build();
    }

    public static Span.Builder span(long traceLow, long spanId) {
        return Span.newBuilder()
                .setTraceId(ByteString.copyFrom(ByteBuffer.allocate(16)
                        .putLong(0x1234)
                        .putLong(traceLow)
                        .array()))
                .setSpanId(id(spanId))
                .setName("GET /")
                .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                .setStartTimeUnixNano(START)
                .setEndTimeUnixNano(START + DURATION);
    }

    public static ByteString id(long id) {
        return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(id).array());
    }

    /** The trace id of {@link #span} in hexadecimal. */
    public static String traceId(long traceLow) {
        return "%016x%016x".formatted(0x1234, traceLow);
    }

    public static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    public static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    /** By name of the coding: identity, gzip or zstd. */
    public static byte[] compressed(String coding, byte[] bytes) {
        return switch (coding) {
            case "gzip" -> gzip(bytes);
            case "zstd" -> Zstd.compress(bytes);
            default -> bytes;
        };
    }
}

package io.clew.quality.crash;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * What a client sent and what was acknowledged. Requests that were not are sent again, byte for byte, as an exporter
 * does. A trace's spans are spread over several requests. Thread-safe.
 */
final class Ledger {
    private static final int TRACES_A_REQUEST = 5;
    private static final int SPANS_A_TRACE = 4;
    private static final long START = 1_790_000_000_000_000_000L;

    /** A request and the spans in it, as "trace/span" in hexadecimal. */
    record Request(byte[] body, List<SpanKey> spans) {}

    record SpanKey(String traceId, String spanId) {}

    private final Random random;
    private final List<byte[]> open = new ArrayList<>();
    private final ArrayDeque<Request> unacknowledged = new ArrayDeque<>();
    private final Map<SpanKey, Span> sent = new HashMap<>();
    private final Map<String, Set<SpanKey>> byTrace = new HashMap<>();
    private final Set<SpanKey> acknowledged = new HashSet<>();
    private final Set<String> retiring = new HashSet<>();
    private final Set<String> deleting = new HashSet<>();
    private final Set<String> deleted = new HashSet<>();
    private long requests;

    Ledger(long seed) {
        this.random = new Random(seed);
    }

    /** A request to send: one that was not acknowledged before, else a new one. */
    synchronized Request next() {
        Request again = unacknowledged.poll();
        return again != null ? again : create();
    }

    private Request create() {
        requests++;
        List<SpanKey> keys = new ArrayList<>();
        ScopeSpans.Builder spans = ScopeSpans.newBuilder();
        boolean retires = requests % 6 == 0;
        for (int i = 0; i < TRACES_A_REQUEST; i++) {
            byte[] trace;
            if (!retires && !open.isEmpty() && random.nextInt(3) > 0) {
                trace = open.get(random.nextInt(open.size()));
            } else {
                trace = new byte[16];
                random.nextBytes(trace);
                if (retires) {
                    retiring.add(HexFormat.of().formatHex(trace));
                } else {
                    open.add(trace);
                }
                if (open.size() > 20) {
                    open.removeFirst();
                }
            }
            for (int j = 0; j < SPANS_A_TRACE; j++) {
                Span span = span(trace);
                SpanKey key = new SpanKey(HexFormat.of().formatHex(trace), hex(span.getSpanId()));
                spans.addSpans(span);
                keys.add(key);
                sent.put(key, span);
                byTrace.computeIfAbsent(key.traceId(), id -> new HashSet<>()).add(key);
            }
        }
        byte[] body = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(Resource.newBuilder()
                                .addAttributes(text(
                                        "service.name", retires ? SmallStoreServer.RETIRED : "crash-" + requests % 3)))
                        .addScopeSpans(spans))
                .build()
                .toByteArray();
        return new Request(body, keys);
    }

    private Span span(byte[] trace) {
        long start = START + random.nextInt(1_000_000_000);
        byte[] filler = new byte[random.nextInt(200)];
        random.nextBytes(filler);
        return Span.newBuilder()
                .setTraceId(ByteString.copyFrom(trace))
                .setSpanId(ByteString.copyFrom(
                        ByteBuffer.allocate(8).putLong(random.nextLong() | 1).array()))
                .setName("operation " + random.nextInt(20))
                .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                .setStartTimeUnixNano(start)
                .setEndTimeUnixNano(start + random.nextInt(50_000_000))
                .addAttributes(text("filler", HexFormat.of().formatHex(filler)))
                .build();
    }

    synchronized void acknowledged(Request request) {
        acknowledged.addAll(request.spans());
    }

    /** No answer, or one that is no success: stored or not, nobody knows. */
    synchronized void inDoubt(Request request) {
        unacknowledged.add(request);
    }

    synchronized Set<String> traces() {
        return Set.copyOf(byTrace.keySet());
    }

    /** The traces that retention takes where {@link SmallStoreServer} runs. */
    synchronized Set<String> retiring() {
        return Set.copyOf(retiring);
    }

    /** A trace that is asked to be deleted from here on: all of it is acknowledged and nothing more of it will be sent. */
    synchronized Optional<String> toDelete() {
        Set<String> unfinished = new HashSet<>(deleting);
        unfinished.addAll(retiring);
        open.forEach(trace -> unfinished.add(HexFormat.of().formatHex(trace)));
        for (Map.Entry<String, Set<SpanKey>> trace : byTrace.entrySet()) {
            if (!unfinished.contains(trace.getKey()) && acknowledged.containsAll(trace.getValue())) {
                deleting.add(trace.getKey());
                return Optional.of(trace.getKey());
            }
        }
        return Optional.empty();
    }

    /** Its deletion was acknowledged. */
    synchronized void deleted(String trace) {
        deleted.add(trace);
    }

    synchronized boolean isDeleted(String trace) {
        return deleted.contains(trace);
    }

    /** Whether the trace may be gone; then all of it is. */
    synchronized boolean mayBeGone(String trace) {
        return deleting.contains(trace) || retiring.contains(trace);
    }

    /** The spans of one trace that must be there. */
    synchronized Set<SpanKey> acknowledgedOf(String trace) {
        Set<SpanKey> those = new HashSet<>(byTrace.getOrDefault(trace, Set.of()));
        those.retainAll(acknowledged);
        return those;
    }

    /** The span as sent, or nothing when none of that id was. */
    synchronized Optional<Span> sent(SpanKey key) {
        return Optional.ofNullable(sent.get(key));
    }

    /** Acknowledged spans that must be there. */
    synchronized int acknowledgedCount() {
        return (int)
                acknowledged.stream().filter(span -> !mayBeGone(span.traceId())).count();
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    private static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }
}

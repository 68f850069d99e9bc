package io.clew.traceql;

import io.clew.model.AttributeTable;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.model.ValueType;
import io.clew.traceql.eval.TraceMatcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A matching trace in brief; everything but the matches is of the whole trace.
 *
 * @param start epoch nanoseconds, {@link SpanBatch#NO_TIME} when no span has a valid start
 * @param duration nanoseconds
 * @param errorCount spans whose status is error
 * @param rootService null when no root has arrived or it has no service name
 * @param rootName null when no root has arrived
 * @param services by name; spans without a service name are in none
 * @param matchedCount matching spans
 * @param matchedSpans the first of them by start
 */
public record TraceSummary(
        TraceId id,
        long start,
        long duration,
        int spanCount,
        int errorCount,
        @Nullable String rootService,
        @Nullable String rootName,
        List<ServiceCount> services,
        int matchedCount,
        List<MatchedSpan> matchedSpans) {
    private static final byte[] SERVICE_NAME = "service.name".getBytes(StandardCharsets.UTF_8);

    /** What one service adds to a trace. */
    public record ServiceCount(String name, int spanCount, int errorCount) {}

    /**
     * A span that matches.
     *
     * @param start as received, epoch nanoseconds, 0 when unset
     * @param duration nanoseconds
     */
    public record MatchedSpan(
            long spanId,
            String name,
            @Nullable String service,
            SpanKind kind,
            StatusCode status,
            long start,
            long duration) {}

    /**
     * Sums up a trace.
     *
     * @param matcher that has just matched the trace
     * @param matchedCount what it answered
     * @param spansPerTrace most matched spans to name
     */
    static TraceSummary of(Trace trace, TraceMatcher matcher, int matchedCount, int spansPerTrace) {
        SpanBatch spans = trace.spans();
        int serviceKey = spans.dictionary().find(SERVICE_NAME);
        Map<String, int[]> services = new TreeMap<>();
        List<MatchedSpan> matched = new ArrayList<>();
        int errors = 0;
        for (int row : trace.order()) {
            String service = service(spans, row, serviceKey);
            boolean error = StatusCode.of(spans.statusCode(row)) == StatusCode.ERROR;
            errors += error ? 1 : 0;
            if (service != null) {
                int[] counts = services.computeIfAbsent(service, _ -> new int[2]);
                counts[0]++;
                counts[1] += error ? 1 : 0;
            }
            if (matched.size() < spansPerTrace && matcher.matched(row)) {
                matched.add(span(spans, row, service));
            }
        }
        int root = trace.root();
        return new TraceSummary(
                trace.id(),
                trace.start(),
                trace.duration(),
                spans.spanCount(),
                errors,
                root < 0 ? null : service(spans, root, serviceKey),
                root < 0 ? null : spans.dictionary().text(spans.name(root)),
                services.entrySet().stream()
                        .map(e -> new ServiceCount(e.getKey(), e.getValue()[0], e.getValue()[1]))
                        .toList(),
                matchedCount,
                List.copyOf(matched));
    }

    private static MatchedSpan span(SpanBatch spans, int row, @Nullable String service) {
        return new MatchedSpan(
                spans.spanId(row),
                spans.dictionary().text(spans.name(row)),
                service,
                SpanKind.of(spans.kind(row)),
                StatusCode.of(spans.statusCode(row)),
                spans.start(row),
                spans.duration(row));
    }

    private static @Nullable String service(SpanBatch spans, int row, int key) {
        AttributeTable attributes = spans.resourceAttributes();
        int entry = key < 0 ? -1 : attributes.find(spans.resource(row), key);
        return entry >= 0 && attributes.type(entry) == ValueType.STRING
                ? spans.dictionary().text((int) attributes.value(entry))
                : null;
    }
}

package io.clew.traceql.kit;

import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.model.Trace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A trace as plain objects, for the naive engine. Attribute values are String, Long, Double, Boolean, a List of those for
 * arrays, {@link #OPAQUE} for bytes and maps, null for empty values.
 */
public record PlainTrace(String id, List<PlainSpan> spans, long duration, String rootName, String rootService) {
    /** A value that compares with nothing. */
    public static final Object OPAQUE = new Object() {
        @Override
        public String toString() {
            return "opaque";
        }
    };

    /** Attributes in the order sent, repeated keys kept. */
    public record PlainSpan(
            int row,
            String name,
            SpanKind kind,
            int kindCode,
            StatusCode status,
            int statusCode,
            String statusMessage,
            long duration,
            String id,
            String parentId,
            int childCount,
            String scopeName,
            String scopeVersion,
            Map<String, List<@Nullable Object>> attributes,
            Map<String, List<@Nullable Object>> resource,
            Map<String, List<@Nullable Object>> scope,
            List<PlainEvent> events,
            List<PlainLink> links) {}

    public record PlainEvent(String name, @Nullable Long sinceStart, Map<String, List<@Nullable Object>> attributes) {}

    public record PlainLink(String traceId, String spanId, Map<String, List<@Nullable Object>> attributes) {}

    public static PlainTrace of(Trace trace) {
        SpanBatch batch = trace.spans();
        List<PlainSpan> spans = new ArrayList<>();
        int root = -1;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (int row = 0; row < batch.spanCount(); row++) {
            spans.add(span(batch, row));
            if (batch.parentSpanId(row) == 0 && (root < 0 || startsBefore(batch, row, root))) {
                root = row;
            }
            if (batch.start(row) > 0) {
                first = Math.min(first, batch.start(row));
                last = Math.max(last, batch.start(row));
            }
            if (batch.end(row) > 0) {
                last = Math.max(last, batch.end(row));
            }
        }
        Object service = root < 0
                ? null
                : spans.get(root)
                        .resource()
                        .getOrDefault("service.name", List.of(""))
                        .get(0);
        return new PlainTrace(
                hex(trace.id().high(), trace.id().low()),
                spans,
                first == Long.MAX_VALUE ? 0 : last - first,
                root < 0 ? "" : spans.get(root).name(),
                service instanceof String text ? text : "");
    }

    private static boolean startsBefore(SpanBatch batch, int a, int b) {
        int byStart = Long.compareUnsigned(batch.start(a), batch.start(b));
        return byStart < 0 || byStart == 0 && Long.compareUnsigned(batch.spanId(a), batch.spanId(b)) < 0;
    }

    private static PlainSpan span(SpanBatch batch, int row) {
        int children = 0;
        for (int other = 0; other < batch.spanCount(); other++) {
            children += other != row && batch.parentSpanId(other) == batch.spanId(row) ? 1 : 0;
        }
        List<PlainEvent> events = new ArrayList<>();
        for (int event = batch.eventsFrom(row); event < batch.eventsTo(row); event++) {
            boolean timed = batch.eventTime(event) > 0 && batch.start(row) > 0;
            events.add(new PlainEvent(
                    text(batch, batch.eventName(event)),
                    timed ? batch.eventTime(event) - batch.start(row) : null,
                    attributes(batch, batch.eventAttributes(), event)));
        }
        List<PlainLink> links = new ArrayList<>();
        for (int link = batch.linksFrom(row); link < batch.linksTo(row); link++) {
            links.add(new PlainLink(
                    hex(batch.linkTraceIdHigh(link), batch.linkTraceIdLow(link)),
                    hex(batch.linkSpanId(link)),
                    attributes(batch, batch.linkAttributes(), link)));
        }
        return new PlainSpan(
                row,
                text(batch, batch.name(row)),
                SpanKind.of(batch.kind(row)),
                batch.kind(row),
                StatusCode.of(batch.statusCode(row)),
                batch.statusCode(row),
                text(batch, batch.statusMessage(row)),
                batch.duration(row),
                hex(batch.spanId(row)),
                hex(batch.parentSpanId(row)),
                children,
                text(batch, batch.scopeName(batch.scope(row))),
                text(batch, batch.scopeVersion(batch.scope(row))),
                attributes(batch, batch.spanAttributes(), row),
                attributes(batch, batch.resourceAttributes(), batch.resource(row)),
                attributes(batch, batch.scopeAttributes(), batch.scope(row)),
                events,
                links);
    }

    private static Map<String, List<@Nullable Object>> attributes(SpanBatch batch, AttributeTable table, int owner) {
        Map<String, List<@Nullable Object>> map = new LinkedHashMap<>();
        for (int entry = table.from(owner); entry < table.to(owner); entry++) {
            map.computeIfAbsent(text(batch, table.key(entry)), _ -> new ArrayList<>())
                    .add(plain(AttributeValue.of(table, entry, batch.dictionary())));
        }
        return map;
    }

    private static @Nullable Object plain(AttributeValue value) {
        return switch (value) {
            case AttributeValue.Empty _ -> null;
            case AttributeValue.Text text -> text.value();
            case AttributeValue.Bool bool -> bool.value();
            case AttributeValue.Int number -> number.value();
            case AttributeValue.Real number -> number.value();
            case AttributeValue.Bytes _, AttributeValue.KeyValues _ -> OPAQUE;
            case AttributeValue.Array array -> {
                List<@Nullable Object> elements = new ArrayList<>();
                for (AttributeValue element : array.elements()) {
                    elements.add(element instanceof AttributeValue.Array ? OPAQUE : plain(element));
                }
                yield elements;
            }
        };
    }

    private static String text(SpanBatch batch, int id) {
        return batch.dictionary().text(id);
    }

    private static String hex(long id) {
        return id == 0 ? "" : String.format("%016x", id);
    }

    private static String hex(long high, long low) {
        return high == 0 && low == 0 ? "" : String.format("%016x%016x", high, low);
    }
}

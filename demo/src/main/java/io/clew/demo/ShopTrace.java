package io.clew.demo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * A trace of the shop as the demo needs it, read from OTLP JSON.
 *
 * @param id hex trace id
 * @param spans in the order in which the server gave them
 */
record ShopTrace(String id, List<Span> spans) {

    private static final int STATUS_ERROR = 2;

    /**
     * A span.
     *
     * @param parent hex id, empty for the root
     * @param start epoch nanoseconds
     * @param end epoch nanoseconds
     */
    record Span(String service, String name, String id, String parent, long start, long end, boolean error) {}

    static ShopTrace ofOtlp(String id, JsonNode otlp) {
        var spans = new ArrayList<Span>();
        for (JsonNode resourceSpans : otlp.path("resourceSpans")) {
            String service = "";
            for (JsonNode attribute : resourceSpans.path("resource").path("attributes")) {
                if (attribute.path("key").asString().equals("service.name")) {
                    service = attribute.path("value").path("stringValue").asString();
                }
            }
            for (JsonNode scopeSpans : resourceSpans.path("scopeSpans")) {
                for (JsonNode span : scopeSpans.path("spans")) {
                    spans.add(new Span(
                            service,
                            span.path("name").asString(),
                            span.path("spanId").asString(),
                            span.path("parentSpanId").asString(""),
                            Long.parseLong(span.path("startTimeUnixNano").asString()),
                            Long.parseLong(span.path("endTimeUnixNano").asString()),
                            span.path("status").path("code").asInt(0) == STATUS_ERROR));
                }
            }
        }
        return new ShopTrace(id, List.copyOf(spans));
    }

    Optional<Span> root() {
        return spans.stream().filter(span -> span.parent().isEmpty()).findFirst();
    }

    Set<String> services() {
        var services = new TreeSet<String>();
        spans.forEach(span -> services.add(span.service()));
        return services;
    }

    boolean failed() {
        return spans.stream().anyMatch(Span::error);
    }

    /**
     * Whether all of a checkout is there: a root, all three services, no span whose parent is missing, and, when it did
     * not fail, the confirmation that is sent after the answer.
     */
    boolean finished() {
        var ids = new HashSet<String>();
        spans.forEach(span -> ids.add(span.id()));
        return root().isPresent()
                && services().size() == 3
                && spans.stream().allMatch(span -> span.parent().isEmpty() || ids.contains(span.parent()))
                && (failed() || spans.stream().anyMatch(span -> span.name().equals("send confirmation")));
    }
}

package io.clew.quality.shop;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A trace read from OTLP JSON, as far as the demo's test asks. */
record OtlpTrace(List<Span> spans) {

    /** OTLP's status code for an error. */
    static final int ERROR = 2;

    record Span(
            String service,
            String name,
            String id,
            String parentId,
            int status,
            List<String> events,
            Map<String, String> attributes) {

        /** The value as text, empty when there is none. */
        String attribute(String key) {
            return attributes.getOrDefault(key, "");
        }
    }

    static OtlpTrace of(JsonNode otlp) {
        var spans = new ArrayList<Span>();
        for (JsonNode resource : otlp.path("resourceSpans")) {
            String service = attributes(resource.path("resource")).getOrDefault("service.name", "");
            for (JsonNode scope : resource.path("scopeSpans")) {
                for (JsonNode span : scope.path("spans")) {
                    spans.add(new Span(
                            service,
                            span.path("name").asText(),
                            span.path("spanId").asText(),
                            span.path("parentSpanId").asText(),
                            span.path("status").path("code").asInt(),
                            span.path("events").findValuesAsText("name"),
                            attributes(span)));
                }
            }
        }
        return new OtlpTrace(spans);
    }

    private static Map<String, String> attributes(JsonNode of) {
        var attributes = new HashMap<String, String>();
        for (JsonNode attribute : of.path("attributes")) {
            // {"key": ..., "value": {"stringValue": ...}}: one kind of value each.
            attribute
                    .path("value")
                    .forEach(value -> attributes.put(attribute.path("key").asText(), value.asText()));
        }
        return attributes;
    }

    Set<String> services() {
        var services = new HashSet<String>();
        spans.forEach(span -> services.add(span.service()));
        return services;
    }

    /** The only span of this name that a service made as its own work or took as a request. */
    Span named(String name) {
        List<Span> found =
                spans.stream().filter(span -> span.name().equals(name)).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " spans are named " + name);
        }
        return found.getFirst();
    }

    @Nullable
    Span parent(Span of) {
        return spans.stream()
                .filter(span -> span.id().equals(of.parentId()))
                .findFirst()
                .orElse(null);
    }
}

package io.clew.quality.exactness;

import com.fasterxml.jackson.databind.JsonNode;
import io.clew.quality.crash.ServerProcess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Sends spans to a server and reads traces back, over HTTP. */
final class Client implements AutoCloseable {
    private final ServerProcess server;
    private final HttpClient http = HttpClient.newHttpClient();

    Client(ServerProcess server) {
        this.server = server;
    }

    /** Sends one request; fails unless it is answered with 200. */
    void send(String service, List<Span> spans) throws IOException, InterruptedException {
        byte[] body = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(Spans.resource(service))
                        .addScopeSpans(ScopeSpans.newBuilder().addAllSpans(spans)))
                .build()
                .toByteArray();
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(server.uri("otlp-http", "/v1/traces"))
                        .header("content-type", "application/x-protobuf")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200 || !answer.body().isEmpty()) {
            throw new AssertionError("answered " + answer.statusCode() + ": " + answer.body());
        }
    }

    /** All spans of a trace, of all resources, as OTLP JSON; none when there is no such trace. */
    List<JsonNode> spans(long trace) throws IOException, InterruptedException {
        String path = "/clew/api/v1/traces/" + Spans.hex(trace);
        if (server.get(path).statusCode() == 404) {
            return List.of();
        }
        List<JsonNode> spans = new ArrayList<>();
        server.getJson(path).findValues("spans").forEach(list -> list.forEach(spans::add));
        return spans;
    }

    /** The answer of a search over all time. */
    JsonNode search(String query) throws IOException, InterruptedException {
        return search(query, "");
    }

    /** @param window "&start=...&end=..." or "" */
    JsonNode search(String query, String window) throws IOException, InterruptedException {
        return server.getJson("/clew/api/v1/search?total=true&limit=1000&q="
                + URLEncoder.encode(query, StandardCharsets.UTF_8) + window);
    }

    /** Low halves of the ids of the traces found, ascending. */
    List<Long> found(String query, String window) throws IOException, InterruptedException {
        JsonNode answer = search(query, window);
        List<Long> found = answer.path("traces")
                .valueStream()
                .map(trace ->
                        Long.parseUnsignedLong(trace.path("traceId").asText().substring(16), 16))
                .sorted()
                .collect(Collectors.toList());
        if (answer.path("total").asLong(-1) != found.size()) {
            throw new AssertionError(query + ": the total is " + answer.path("total") + ", found " + found.size());
        }
        return found;
    }

    List<Long> found(String query) throws IOException, InterruptedException {
        return found(query, "");
    }

    /** What a search says of one trace. */
    JsonNode summary(long trace) throws IOException, InterruptedException {
        JsonNode traces = search("{ trace:id = \"" + Spans.hex(trace) + "\" }").path("traces");
        if (traces.size() != 1) {
            throw new AssertionError("trace " + trace + " is found " + traces.size() + " times");
        }
        return traces.path(0);
    }

    long status(String figure) throws IOException, InterruptedException {
        return server.getJson("/clew/api/v1/status").path(figure).asLong(-1);
    }

    @Override
    public void close() {
        http.close();
    }
}

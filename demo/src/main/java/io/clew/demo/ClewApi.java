package io.clew.demo;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The few questions the demo has for a Clew server, over its public API. */
final class ClewApi {

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final JsonMapper json = new JsonMapper();
    private final String base;

    ClewApi(int uiPort) {
        this.base = "http://127.0.0.1:" + uiPort;
    }

    String traceUrl(String traceId) {
        return base + "/trace/" + traceId;
    }

    String homeUrl() {
        return base + "/";
    }

    /** Whether the server says that it is ready; false while it does not answer. */
    boolean ready() throws InterruptedException {
        try {
            return get("/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ids of the traces that match a TraceQL query, newest first, at most 20. */
    List<String> search(String query) throws IOException, InterruptedException {
        JsonNode answer = ask("/clew/api/v1/search?limit=20&q="
                + URLEncoder.encode(query, StandardCharsets.UTF_8).replace("+", "%20"));
        var ids = new ArrayList<String>();
        for (JsonNode trace : answer.path("traces")) {
            ids.add(trace.path("traceId").asString());
        }
        return ids;
    }

    Optional<ShopTrace> trace(String traceId) throws IOException, InterruptedException {
        HttpResponse<String> answer = get("/clew/api/v1/traces/" + traceId);
        return answer.statusCode() == 200
                ? Optional.of(ShopTrace.ofOtlp(traceId, json.readTree(answer.body())))
                : Optional.empty();
    }

    JsonNode status() throws IOException, InterruptedException {
        return ask("/clew/api/v1/status");
    }

    private JsonNode ask(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = get(path);
        if (answer.statusCode() != 200) {
            throw new IOException(base + path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return json.readTree(answer.body());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(10))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}

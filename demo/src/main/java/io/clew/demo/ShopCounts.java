package io.clew.demo;

import io.clew.demo.shop.counts.Counting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks the shop's services what they counted themselves. */
final class ShopCounts {

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final JsonMapper json = new JsonMapper();
    private final List<String> urls;

    ShopCounts(Ports ports) {
        this.urls = java.util.stream.Stream.of(ports.storefront(), ports.orders(), ports.stock())
                .map(port -> "http://127.0.0.1:" + port + Counting.PATH)
                .toList();
    }

    /** Where each service answers. */
    List<String> urls() {
        return urls;
    }

    /**
     * One sum of a service.
     *
     * @param what a {@link io.clew.demo.shop.counts.Counts.What}, in small letters
     * @param callee who was called, or empty
     */
    record Line(String service, String what, String callee, String operation, long calls, long errors) {}

    /**
     * All sums; empty while a service still has something underway. Callers are asked before those they call: what a service
     * hands on is underway at the next before it has ended at the first, so nothing slips through between two answers.
     */
    Optional<List<Line>> settled() throws IOException, InterruptedException {
        var lines = new ArrayList<Line>();
        for (String url : urls) {
            JsonNode report = ask(url);
            if (report.path("underway").asInt() > 0) {
                return Optional.empty();
            }
            String service = report.path("service").asString();
            for (JsonNode line : report.path("lines")) {
                lines.add(new Line(
                        service,
                        line.path("what").asString(),
                        line.path("callee").asString(),
                        line.path("operation").asString(),
                        line.path("calls").asLong(),
                        line.path("errors").asLong()));
            }
        }
        return Optional.of(lines);
    }

    private JsonNode ask(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(10))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(url + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return json.readTree(answer.body());
    }
}

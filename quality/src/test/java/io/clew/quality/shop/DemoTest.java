package io.clew.quality.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shop's traces are whole, in every way in which a request leaves its thread; the map and RED equal what its services
 * counted themselves; and nothing is left of the demo.
 */
class DemoTest {

    /** The server, the database, three services. */
    private static final int CHILDREN = 5;

    private static final Pattern TRACE = Pattern.compile("/trace/([0-9a-f]{32})");

    @TempDir
    private Path directory = Path.of("");

    @Test
    void onceShowsTracesThatAreWholeAndLeavesNothingRunning() throws Exception {
        int offset = DemoProcess.freeOffset();
        Path data = directory.resolve("data");
        String said;
        try (var demo = DemoProcess.start(directory, offset, "--once", "--data=" + data)) {
            Set<ProcessHandle> children = demo.awaitExitSeeingChildren();
            assertThat(demo.awaitExit()).as(demo.said()).isZero();
            assertThat(demo.said()).contains("Waiting for their traces");
            assertThat(children).hasSizeGreaterThanOrEqualTo(CHILDREN);
            DemoProcess.awaitGone(children);
            said = demo.said();
        }
        assertThat(said)
                .contains("12 checkouts, 1 of them failed", "OTEL_BSP_SCHEDULE_DELAY is 5 s")
                .containsPattern("span end -> arrival: +\\d+\\.\\d s median, \\d+\\.\\d s at p99")
                .containsPattern("arrival -> visible: +\\d+\\.\\d ms median, \\d+\\.\\d ms at p99");
        CountedShop counted = CountedShop.of(said);
        counted.agreesWithItsCustomers(12, 1);
        Matcher urls = TRACE.matcher(said);
        assertThat(urls.find()).isTrue();
        String checkout = urls.group(1);
        assertThat(urls.find()).isTrue();
        String failure = urls.group(1);

        // What it showed is kept: a server over the same data has it, and every span that the agents handed over at the
        // end.
        Process server = server(offset, data);
        try (HttpClient client = HttpClient.newHttpClient()) {
            var api = new Api(client, offset);
            api.awaitReady(server);
            holdsTheWholeCheckout(OtlpTrace.of(api.get("/clew/api/v1/traces/" + checkout)));
            holdsTheFailure(OtlpTrace.of(api.get("/clew/api/v1/traces/" + failure)));
            assertThat(api.search("{ span.shop.customer.tier != nil && resource.service.name = \"stock\" }"))
                    .isNotEmpty();
            assertThat(api.search("{ name = \"charge card\" && status = error }"))
                    .hasSize(1)
                    .first()
                    .satisfies(
                            trace -> assertThat(trace.path("traceId").asText()).isEqualTo(failure));
            assertThat(api.get("/clew/api/v1/status").path("spansRefused")).isEmpty();
            counted.agreesWithMap(api.get("/clew/api/v1/map"));
            counted.agreesWithRed(api.get("/clew/api/v1/red?by=operation"));
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    @Test
    void terminatedItEndsInOrder() throws Exception {
        int offset = DemoProcess.freeOffset();
        try (var demo = DemoProcess.start(directory, offset)) {
            demo.awaitLine("Clew is ready");
            Set<ProcessHandle> children = demo.awaitChildren(CHILDREN);
            demo.awaitLine("customers look at the shelves");
            demo.terminate();
            assertThat(demo.awaitExit()).isZero();
            assertThat(demo.said()).contains("All stopped.");
            assertThat(children).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void killedItLeavesNoChildBehind() throws Exception {
        int offset = DemoProcess.freeOffset();
        try (var demo = DemoProcess.start(directory, offset, "--data=" + directory.resolve("data"))) {
            demo.awaitLine("Clew is ready");
            Set<ProcessHandle> children = demo.awaitChildren(CHILDREN);
            demo.kill();
            DemoProcess.awaitGone(children);
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        int offset = DemoProcess.freeOffset();
        try (var _ = new java.net.ServerSocket(17_082 + offset, 1, java.net.InetAddress.getLoopbackAddress());
                var demo = DemoProcess.start(directory, offset)) {
            assertThat(demo.awaitExit()).isEqualTo(1);
            assertThat(demo.said()).contains("Port " + (17_082 + offset) + " (orders) is taken", "--port-offset");
        }
    }

    private static void holdsTheWholeCheckout(OtlpTrace trace) {
        assertThat(trace.services()).containsExactlyInAnyOrder("storefront", "orders", "stock");
        assertThat(trace.spans()).filteredOn(span -> trace.parent(span) == null).hasSize(1);
        OtlpTrace.Span root = trace.named("POST /checkout");
        assertThat(trace.parent(root)).isNull();
        assertThat(trace.spans()).allMatch(span -> span.status() != OtlpTrace.ERROR);

        OtlpTrace.Span business = trace.named("place order");
        assertThat(trace.parent(business)).isEqualTo(root);
        assertThat(business.attribute("shop.customer")).isNotEmpty();
        assertThat(Integer.parseInt(business.attribute("shop.basket.lines"))).isBetween(2, 5);

        // JDBC, in both services that have a database.
        for (String service : new String[] {"orders", "stock"}) {
            assertThat(trace.spans())
                    .filteredOn(span -> span.service().equals(service))
                    .anyMatch(span -> span.attribute("db.system").equals("h2"));
        }

        // The thread pool and @Async: on other threads than the request, below it in the same trace.
        OtlpTrace.Span order = trace.named("POST /orders");
        OtlpTrace.Span charge = trace.named("charge card");
        assertThat(trace.parent(charge)).isEqualTo(order);
        assertThat(charge.attribute("thread.name")).startsWith("payment-");
        OtlpTrace.Span confirmation = trace.named("send confirmation");
        assertThat(trace.parent(confirmation)).isEqualTo(order);
        assertThat(confirmation.attribute("thread.name")).startsWith("task-");
        assertThat(order.attribute("thread.name")).startsWith("http-");

        // Baggage: set by the storefront, noted by those behind it, and by the task after the answer.
        String tier = confirmation.attribute("shop.customer.tier");
        assertThat(tier).isIn("gold", "silver", "guest");
        assertThat(order.attribute("shop.customer.tier")).isEqualTo(tier);
        assertThat(trace.named("POST /reservations").attribute("shop.customer.tier"))
                .isEqualTo(tier);
    }

    private static void holdsTheFailure(OtlpTrace trace) {
        assertThat(trace.services()).containsExactlyInAnyOrder("storefront", "orders", "stock");
        OtlpTrace.Span charge = trace.named("charge card");
        assertThat(charge.status()).isEqualTo(OtlpTrace.ERROR);
        assertThat(charge.events()).contains("exception");
        assertThat(trace.named("POST /checkout").status()).isEqualTo(OtlpTrace.ERROR);
    }

    private Process server(int offset, Path data) throws IOException {
        return new ProcessBuilder(
                        DemoProcess.java(),
                        "@" + Path.of("..", "server", "src", "main", "launch", "jvm.flags"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.clew.server.Main",
                        "up",
                        "--port-offset=" + offset,
                        "--data=" + data)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.out").toFile())
                .start();
    }

    /** The server's API. */
    private record Api(HttpClient client, int offset) {

        void awaitReady(Process server) {
            await().atMost(Duration.ofMinutes(2)).ignoreExceptions().until(() -> {
                if (!server.isAlive()) {
                    throw new AssertionError("the server ended with code " + server.exitValue());
                }
                return client.send(request("/ready"), BodyHandlers.discarding()).statusCode() == 200;
            });
        }

        JsonNode get(String path) throws IOException, InterruptedException {
            var answer = client.send(request(path), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
            return new ObjectMapper().readTree(answer.body());
        }

        JsonNode search(String query) throws IOException, InterruptedException {
            return get("/clew/api/v1/search?q="
                            + URLEncoder.encode(query, StandardCharsets.UTF_8).replace("+", "%20"))
                    .path("traces");
        }

        private HttpRequest request(String path) {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + (16_686 + offset) + path))
                    .build();
        }
    }
}

package io.clew.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clew.server.life.Requests;
import io.clew.store.files.DirectorySize;
import io.clew.store.files.DiskFiles;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spans that have nothing in common: each with a service, a name and an attribute key that no other has, and ten values of
 * its own. A server with a quarter of the usual heap must keep them all, find each, and answer every list within bounds,
 * saying what it leaves out. That it lives is the proof for its memory: it runs with {@code -XX:+ExitOnOutOfMemoryError}.
 */
class CardinalityTest {
    private static final int SPANS_PER_REQUEST = 500;
    private static final int SPANS_PER_LOOK = 20_000;
    private static final int VALUES = 10;
    /** Names that a list has at most. */
    private static final int MOST_NAMES = 10_000;

    /** Services that figures tell apart at most. */
    private static final int MOST_SERVICES = 2_000;

    private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);
    private static final List<String> HEAP = List.of("-Xms96m", "-Xmx256m", "-Xmn64m");
    private static final Pattern COLLECTING = Pattern.compile("(?m)^jvm_gc_collection_seconds_sum\\{.*} ([0-9.E-]+)$");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path scratch;

    /** Within the last minutes, so that live analysis counts them. */
    private final long start = (System.currentTimeMillis() - 120_000) * 1_000_000;

    /** When the server that runs was started, on the clock of {@link System#nanoTime}. */
    private long began;

    @Test
    void nothingInCommon() throws IOException {
        attack(40_000);
    }

    @Test
    @Tag("long")
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void aMillionOfEach() throws IOException {
        attack(1_000_000);
    }

    private void attack(int spans) throws IOException {
        Path data = scratch.resolve("data");
        began = System.nanoTime();
        try (ServerProcess server = ServerProcess.up(data, HEAP, "--analysis-rest=2s")) {
            for (int from = 0; from < spans; from += SPANS_PER_REQUEST) {
                send(server, from);
                if (from % SPANS_PER_LOOK == 0) {
                    // Whoever looks meanwhile costs memory too.
                    look(server, from + SPANS_PER_REQUEST, 1);
                }
            }
            await().atMost(LONG_ENOUGH).until(() -> {
                JsonNode status = json(server, "/clew/api/v1/status");
                return status.get("unflushedBytes").asLong() == 0
                        && !status.get("maintenanceDue").asBoolean();
            });
            look(server, spans, 10);
            assertCollectsLittle(server);
            countLive(server, spans, data);
            assertThat(server.terminate()).isZero();
        }
        began = System.nanoTime();
        try (ServerProcess server = ServerProcess.up(data, HEAP, "--analysis-rest=2s")) {
            look(server, spans, 10);
            assertCollectsLittle(server);
            countLive(server, spans, data);
        }
    }

    /** Once all minutes have settled: every span is counted, by name or among the others, and cells keep within their bounds. */
    private void countLive(ServerProcess server, int spans, Path data) throws IOException {
        await().atMost(LONG_ENOUGH).until(() -> {
            JsonNode live = json(server, "/clew/api/v1/status").get("analysis");
            return live.get("minutesOpen").asInt() == 0 && live.get("caughtUp").asBoolean();
        });
        JsonNode live = json(server, "/clew/api/v1/status").get("analysis");
        assertThat(live.get("live").asBoolean()).isTrue();
        assertThat(live.get("bytesKept").asLong()).isLessThanOrEqualTo((256L << 20) / 10);
        assertThat(live.get("trouble").isNull() && live.get("diskTrouble").isNull())
                .as(live.toString())
                .isTrue();
        String since = String.valueOf(start - 60_000_000_000L);
        JsonNode red = json(server, "/clew/api/v1/red?limit=" + MOST_SERVICES + "&start=" + since);
        long calls = red.get("other").get("calls").asLong();
        for (JsonNode row : red.get("rows")) {
            calls += row.get("calls").asLong();
        }
        assertThat(calls).as("spans counted").isEqualTo(spans);
        assertThat(red.get("total").asInt()).as("services told apart").isEqualTo(MOST_SERVICES);
        assertThat(DirectorySize.of(new DiskFiles(), data.resolve("cells"), _ -> true))
                .as("bytes of cells on disk")
                .isLessThan(64L << 20);
    }

    private void send(ServerProcess server, int from) {
        byte[] request = request(from);
        await().atMost(LONG_ENOUGH).until(() -> {
            HttpResponse<String> answer = server.postSpans(request);
            assertThat(answer.statusCode()).as(answer.body()).isIn(200, 503);
            return answer.statusCode() == 200;
        });
    }

    private byte[] request(int from) {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        for (int i = from; i < from + SPANS_PER_REQUEST; i++) {
            Span.Builder span = Requests.span(i, i + 1L)
                    .setStartTimeUnixNano(start + i * 100_000L)
                    .setEndTimeUnixNano(start + i * 100_000L + 1)
                    .setName("name-" + i)
                    .addAttributes(Requests.text("key-" + i, "value-" + i));
            for (int value = 1; value < VALUES; value++) {
                span.addAttributes(Requests.text("shared-" + value, value(i, value)));
            }
            request.addResourceSpans(ResourceSpans.newBuilder()
                    .setResource(Resource.newBuilder().addAttributes(Requests.text("service.name", "service-" + i)))
                    .addScopeSpans(ScopeSpans.newBuilder().addSpans(span)));
        }
        return request.build().toByteArray();
    }

    private static String value(int span, int value) {
        return Long.toHexString(new SplittableRandom(span * 31L + value).nextLong());
    }

    /** Asks for all that a page or a dashboard asks for, and for some spans by everything they have. */
    private void look(ServerProcess server, int spans, int samples) throws IOException {
        assertThat(json(server, "/clew/api/v1/status").get("spansStored").asInt())
                .isEqualTo(spans);
        SplittableRandom random = new SplittableRandom(spans);
        for (int sample = 0; sample < samples; sample++) {
            find(server, random.nextInt(spans));
        }
        JsonNode services = json(server, "/clew/api/v1/services");
        assertThat(services.get("services")).hasSize(Math.min(spans, MOST_NAMES));
        assertThat(services.get("complete").asBoolean()).isEqualTo(spans <= MOST_NAMES);
        assertThat(services.get("total").asDouble()).isBetween(0.85 * spans, 1.15 * spans);
        JsonNode jaeger = json(server, "/api/services");
        assertThat(jaeger.get("data")).hasSize(Math.min(spans, MOST_NAMES));
        assertThat(jaeger.get("total").asInt()).isEqualTo(services.get("total").asInt());
        for (String path : List.of("/clew/api/v1/status", "/metrics", "/clew/api/v1/red", "/clew/api/v1/map")) {
            HttpResponse<String> answer = server.get(path);
            assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
            assertThat(answer.body().length()).as(path).isLessThan(2 << 20);
        }
        // Either the figures or why there are none now.
        assertThat(server.get("/metrics/red").statusCode()).isIn(200, 503);
    }

    private void assertCollectsLittle(ServerProcess server) {
        assertThat(sum(COLLECTING, server.get("/metrics").body()))
                .as("seconds of collecting garbage")
                .isLessThan(0.5 * (System.nanoTime() - began) / 1e9);
    }

    private static double sum(Pattern value, String page) {
        double sum = 0;
        Matcher values = value.matcher(page);
        assertThat(values.find()).isTrue();
        do {
            sum += Double.parseDouble(values.group(1));
        } while (values.find());
        return sum;
    }

    private static void find(ServerProcess server, int i) throws IOException {
        String id = Requests.traceId(i);
        assertThat(server.get("/clew/api/v1/traces/" + id).statusCode()).isEqualTo(200);
        for (String query : List.of(
                "{ resource.service.name = \"service-" + i + "\" }",
                "{ name = \"name-" + i + "\" }",
                "{ span.key-" + i + " = \"value-" + i + "\" }",
                "{ span.shared-9 = \"" + value(i, 9) + "\" }")) {
            JsonNode found = json(server, "/clew/api/v1/search?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
            assertThat(found.get("traces")).as(query).hasSize(1);
            assertThat(found.get("traces").get(0).get("traceId").asText()).isEqualTo(id);
        }
        assertThat(server.get("/clew/api/v1/operations?service=service-" + i).body())
                .contains("\"name-" + i + "\"");
        assertThat(server.get("/api/services/service-" + i + "/operations").body())
                .contains("\"name-" + i + "\"");
    }

    private static JsonNode json(ServerProcess server, String path) throws IOException {
        HttpResponse<String> answer = server.get(path);
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}

package io.clew.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clew.server.life.Requests;
import io.clew.server.life.RunningServer;
import io.clew.server.net.Door;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code red}, {@code map} and {@code /metrics/red} say of requests just sent. */
class AnalysisApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRACES = 20;

    private RunningServer server;

    /** Before all of time that is kept ready, so that it is folded when asked for. */
    private static final long LONG_AGO = Requests.START;

    private final long now = System.currentTimeMillis() * 1_000_000;

    @BeforeEach
    void start() {
        server = RunningServer.inMemory();
        for (int trace = 1; trace <= TRACES; trace++) {
            send(trace, LONG_AGO + trace * 1_000_000_000L);
            send(100 + trace, now - trace * 1_000_000L);
        }
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /** A request of shop that calls orders, which asks its database twice; that of trace 1 and 101 fails. */
    private void send(int trace, long at) {
        Span.Builder root = Requests.span(trace, 1).setName("GET /cart").setKind(Span.SpanKind.SPAN_KIND_SERVER);
        Span.Builder call =
                Requests.span(trace, 2).setParentSpanId(Requests.id(1)).setKind(Span.SpanKind.SPAN_KIND_CLIENT);
        Span.Builder orders = Requests.span(trace, 3)
                .setParentSpanId(Requests.id(2))
                .setName("GET /orders")
                .setKind(Span.SpanKind.SPAN_KIND_SERVER);
        if (trace % 100 == 1) {
            orders.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
        }
        post("shop", timed(root, at, 100), timed(call, at, 80));
        post("orders", timed(orders, at, 60), database(trace, 4, at), database(trace, 5, at));
    }

    private static Span database(int trace, int id, long at) {
        return timed(
                Requests.span(trace, id)
                        .setParentSpanId(Requests.id(3))
                        .setName("SELECT")
                        .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                        .addAttributes(attribute("db.system", "mysql"))
                        .addAttributes(attribute("db.name", "orders"))
                        .addAttributes(attribute("db.statement", "select * from item where id = ?")),
                at,
                5);
    }

    private static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static Span timed(Span.Builder span, long at, long millis) {
        return span.setStartTimeUnixNano(at)
                .setEndTimeUnixNano(at + millis * 1_000_000)
                .build();
    }

    private void post(String service, Span... spans) {
        post(Requests.of(service, spans));
    }

    private void post(ExportTraceServiceRequest request) {
        assertThat(server.post("/v1/traces", request.toByteArray(), "Content-Type", "application/x-protobuf")
                        .statusCode())
                .isEqualTo(200);
    }

    private JsonNode get(String path) throws IOException {
        HttpResponse<String> answer = server.get("/clew/api/v1/" + path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static String longAgo() {
        return "start=" + LONG_AGO + "&end=" + (LONG_AGO + 60_000_000_000L);
    }

    private static JsonNode row(JsonNode rows, String field, String value) {
        return StreamSupport.stream(rows.spliterator(), false)
                .filter(row -> row.path(field).asText().equals(value))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + field + " " + value + " in " + rows));
    }

    @Test
    void redOfAnyRangeIsExact() throws IOException {
        for (String range : List.of(longAgo(), "")) {
            JsonNode rows = get("red?by=operation&" + range).get("rows");
            JsonNode orders = row(rows, "operation", "GET /orders");
            assertThat(orders.get("service").asText()).isEqualTo("orders");
            assertThat(orders.get("calls").asInt()).isEqualTo(TRACES);
            assertThat(orders.get("errors").asInt()).isEqualTo(1);
            assertThat(orders.at("/duration/p99").asLong()).isEqualTo(60_000_000);
            assertThat(row(rows, "operation", "SELECT").get("calls").asInt()).isEqualTo(2 * TRACES);
        }
    }

    @Test
    void redByStepsAddsUp() throws IOException {
        JsonNode answer = get("red?by=service&kind=server&service=orders&step=1&" + longAgo());
        assertThat(answer.get("total").asInt()).isEqualTo(1);
        JsonNode points = answer.at("/rows/0/points");
        assertThat(points).hasSize(2);
        assertThat(points.get(0).get("calls").asInt()
                        + points.get(1).get("calls").asInt())
                .isEqualTo(TRACES);
    }

    @Test
    void theMapHasBothSidesAndTheTable() throws IOException {
        for (String range : List.of(longAgo(), "")) {
            JsonNode map = get("map?" + range);
            JsonNode call = row(map.at("/edges/rows"), "to", "service/orders");
            assertThat(call.get("from").asText()).isEqualTo("service/shop");
            assertThat(call.get("calls").asInt()).isEqualTo(TRACES);
            assertThat(call.get("errors").asInt()).isEqualTo(1);
            assertThat(call.at("/caller/max").asLong()).isEqualTo(80_000_000);
            assertThat(call.at("/callee/max").asLong()).isEqualTo(60_000_000);
            assertThat(call.at("/gap/max").asLong()).isEqualTo(20_000_000);
            JsonNode query = row(map.at("/edges/rows"), "to", "database/mysql/orders");
            assertThat(query.get("table").asText()).isEqualTo("item");
            assertThat(query.get("calls").asInt()).isEqualTo(2 * TRACES);
            assertThat(map.at("/entries/rows/0/operation").asText()).isEqualTo("GET /cart");
            JsonNode perRequest = row(map.at("/callsPerRequest/rows"), "calleeOperation", "item");
            assertThat(perRequest.get("mostInOneRequest").asInt()).isEqualTo(2);
            assertThat(perRequest.get("requests").asInt()).isEqualTo(TRACES);
        }
    }

    @Test
    void whatIsDeletedCountsNoLonger() throws IOException {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> server.get("/metrics/red").statusCode() == 200);
        HttpResponse<String> deleted =
                server.send(HttpRequest.newBuilder(server.uri(Door.UI, "/clew/api/v1/traces/" + Requests.traceId(101)))
                        .DELETE()
                        .build());
        assertThat(deleted.statusCode()).as(deleted.body()).isLessThan(300);
        JsonNode rows = get("red?by=operation").get("rows");
        assertThat(row(rows, "operation", "GET /orders").get("calls").asInt()).isEqualTo(TRACES - 1);
        assertThat(row(rows, "operation", "GET /orders").get("errors").asInt()).isZero();
    }

    @Test
    void prometheusReadsTheNamesOfTempoAndOfJaeger() {
        String page = await().atMost(Duration.ofMinutes(2))
                .until(() -> server.get("/metrics/red"), answer -> answer.statusCode() == 200)
                .body();
        assertThat(page)
                .contains(
                        "traces_spanmetrics_calls_total{service=\"orders\",span_name=\"GET /orders\","
                                + "span_kind=\"SPAN_KIND_SERVER\",status_code=\"STATUS_CODE_ERROR\"} 1\n",
                        "traces_spanmetrics_latency_bucket{service=\"orders\",span_name=\"SELECT\","
                                + "span_kind=\"SPAN_KIND_CLIENT\",status_code=\"STATUS_CODE_UNSET\",le=\"0.004\"} 0\n",
                        "traces_spanmetrics_latency_bucket{service=\"orders\",span_name=\"SELECT\","
                                + "span_kind=\"SPAN_KIND_CLIENT\",status_code=\"STATUS_CODE_UNSET\",le=\"0.008\"} 40\n",
                        "traces_span_metrics_duration_milliseconds_count{service_name=\"orders\",span_name=\"SELECT\","
                                + "span_kind=\"SPAN_KIND_CLIENT\",status_code=\"STATUS_CODE_UNSET\"} 40\n",
                        "traces_service_graph_request_total{client=\"shop\",server=\"orders\",connection_type=\"\"} 20\n",
                        "traces_service_graph_request_failed_total{client=\"shop\",server=\"orders\",connection_type=\"\"} 1\n",
                        "traces_service_graph_request_total{client=\"orders\",server=\"orders\","
                                + "connection_type=\"database\"} 40\n");
        send(500, now);
        assertThat(server.get("/metrics/red").body())
                .as("what came since is in it at once")
                .contains(
                        "traces_service_graph_request_total{client=\"shop\",server=\"orders\",connection_type=\"\"} 21\n");
    }

    /** One service more than the page has series: those beyond are added up under a label of their own. */
    @Test
    void prometheusReadsWhatExceedsTheSeriesUnderOneLabel() {
        int services = 10_001;
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        for (int i = 0; i < services; i++) {
            request.mergeFrom(Requests.of("service-" + i, timed(Requests.span(1_000 + i, 1), now, 1)));
        }
        post(request.build());
        String page = await().atMost(Duration.ofMinutes(2))
                .until(() -> server.get("/metrics/red"), answer -> answer.statusCode() == 200)
                .body();
        List<String> calls = page.lines()
                .filter(line -> line.startsWith("traces_spanmetrics_calls_total{"))
                .toList();
        assertThat(calls)
                .filteredOn(line -> line.contains("metric_overflow"))
                .singleElement()
                .asString()
                .matches("traces_spanmetrics_calls_total\\{metric_overflow=\"true\"} [1-9]\\d*");
        assertThat(calls).as("series and the one of the others").hasSize(10_001);
        assertThat(calls.stream()
                        .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum())
                .as("spans, those of the recent traces sent before among them")
                .isEqualTo(services + TRACES * 5L);
    }
}

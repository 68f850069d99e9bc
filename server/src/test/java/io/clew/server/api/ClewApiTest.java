package io.clew.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.clew.server.life.EmbeddedStoreOpener;
import io.clew.server.life.Requests;
import io.clew.server.life.RunningServer;
import io.clew.server.net.Door;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The Clew API: what it answers, and that the OpenAPI file and the server agree, both ways. */
class ClewApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRACES = 45;

    private static RunningServer server;
    private static JsonNode description;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.over(new EmbeddedStoreOpener());
        for (int trace = 1; trace <= TRACES; trace++) {
            long start = Requests.START + trace * 1_000_000_000L;
            var root = Requests.span(trace, 1).setStartTimeUnixNano(start).setEndTimeUnixNano(start + 10_000_000);
            var child = Requests.span(trace, 2)
                    .setParentSpanId(Requests.id(1))
                    .setName("SELECT")
                    .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                    .setStartTimeUnixNano(start + 1_000_000)
                    .setEndTimeUnixNano(start + 9_000_000)
                    .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
            server.post(
                    "/v1/traces",
                    Requests.of("shop", root.build(), child.build()).toByteArray(),
                    "Content-Type",
                    "application/x-protobuf");
        }
        try (InputStream file = Objects.requireNonNull(ClewApi.class.getResourceAsStream("clew-v1.yaml"))) {
            description = JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromInputStream(file));
        }
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    /** So that its thread is free before the client has taken it. */
    @Test
    void anAnswerThatFitsIsOnePiece() {
        for (String path : List.of("status", "services", "search?q=%7B%7D")) {
            HttpResponse<String> answer = server.get("/clew/api/v1/" + path);
            assertThat(answer.headers().firstValueAsLong("content-length"))
                    .as(path)
                    .hasValue(answer.body().getBytes(StandardCharsets.UTF_8).length);
        }
    }

    @Test
    void everyRouteIsDescribedAndEveryDescribedPathAnswers() throws IOException {
        List<String> described = new ArrayList<>();
        description.get("paths").fieldNames().forEachRemaining(path -> described.add(path.substring(1)));
        // The server names its routes when asked for one that is not there.
        String detail = problem("/clew/api/v1/nothing", 404).get("detail").asText();
        assertThat(List.of(detail.substring(detail.indexOf("there are ") + 10).split(", ")))
                .containsExactlyInAnyOrderElementsOf(described);
        for (String path : described) {
            String asked =
                    path.replace("{id}", Requests.traceId(1)) + (path.equals("operations") ? "?service=shop" : "");
            List<String> methods = new ArrayList<>();
            description.at("/paths/~1" + path.replace("/", "~1")).fieldNames().forEachRemaining(methods::add);
            if (methods.contains("get")) {
                assertThat(server.get("/clew/api/v1/" + asked).statusCode()).isEqualTo(200);
            }
            if (path.equals("store/snapshot")) {
                assertThat(post(asked).statusCode()).isEqualTo(200);
            }
            if (methods.contains("get")) {
                methods.add("head");
            }
            // A method that is not described, by which the server names those it takes.
            HttpResponse<String> refused = send("PATCH", asked);
            assertThat(refused.statusCode()).isEqualTo(405);
            String takes = JSON.readTree(refused.body()).get("detail").asText();
            assertThat(List.of(takes.substring(takes.indexOf("takes ") + 6, takes.lastIndexOf(", not "))
                            .toLowerCase(Locale.ROOT)
                            .split(", ")))
                    .containsExactlyInAnyOrderElementsOf(methods);
        }
        assertThat(server.get("/clew/api/v1/openapi.yaml").body()).startsWith("openapi: 3.1");
    }

    @ParameterizedTest
    @CsvSource({
        "status, /status",
        "services, /services",
        "services?start=1&end=2, /services",
        "operations?service=shop, /operations",
        "operations?service=shop&kind=client, /operations",
        "operations?service=none, /operations",
        "search, /search",
        "search?limit=2&total=true, /search",
        "search?q=%7Bstatus%3Derror%7D, /search",
        "search?q=%7Bname%3D%22none%22%7D, /search",
        "traces/12340000000000000001, /traces/{id}",
        "store/stats, /store/stats",
        "red, /red",
        "red?start=2026-09-21T14:13:20Z&end=2026-09-21T14:20:00Z, /red",
        "red?start=2026-09-21T14:13:20Z&end=2026-09-21T14:20:00Z&by=series&step=1&limit=1, /red",
        "map, /map",
        "map?start=2026-09-21T14:13:20Z&end=2026-09-21T14:20:00Z, /map",
        "map?start=2026-09-21T14:13:20Z&end=2026-09-21T14:20:00Z&service=shop&limit=1, /map",
    })
    void everyAnswerKeepsToItsSchema(String asked, String path) throws IOException {
        HttpResponse<String> answer = server.get("/clew/api/v1/" + asked);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode schema = description.at(
                "/paths/" + path.replace("/", "~1") + "/get/responses/200/content/application~1json/schema");
        assertThat(schema.isMissingNode()).isFalse();
        assertValid(answer.body(), schema.get("$ref").asText());
    }

    @Test
    void aSnapshotKeepsToItsSchema() throws IOException {
        HttpResponse<String> answer = post("store/snapshot?name=one");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertValid(answer.body(), "#/components/schemas/StoreCopy");
        assertThat(JSON.readTree(answer.body()).get("spans").asInt()).isEqualTo(2 * TRACES);
    }

    private static HttpResponse<String> post(String asked) {
        return server.send(HttpRequest.newBuilder(server.uri(Door.UI, "/clew/api/v1/" + asked))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            search?limit=0        | limit  | 0    | a whole number from 1 to 1000
            search?limit=1001     | limit  | 1001 | a whole number from 1 to 1000
            search?limt=5         | limt   | 5    | only the parameters q, start, end, limit, cursor, total, timeout
            search?start=noon     | start  | noon | epoch nanoseconds such as 1790000000000000000, or RFC 3339 such as 2026-09-21T14:13:20Z
            search?start=9&end=8  | end    | 8    | a moment not before start
            search?total=maybe    | total  | maybe| true or false
            search?cursor=x       | cursor | x    | the nextCursor of an earlier answer
            search?timeout=0      | timeout| 0    | a whole number from 1 to 30000
            operations            | service| ''   | the name of a service
            operations?service=a&kind=x | kind | x | one of unspecified, internal, server, client, producer, consumer
            store/export?format=x | format | x    | one of otlp-json, otlp-proto, batches
            store/export?q=%7B%7D&cursor=x | cursor | x | the nextCursor of an earlier answer
            red?by=color          | by     | color| one of service, operation, instance, series
            red?kind=x            | kind   | x    | one of unspecified, internal, server, client, producer, consumer
            red?step=0            | step   | 0    | a whole number from 1 to 2147483647
            red?start=0&end=60060000000000&step=2 | step | 2 | at most 500 points: 3 minutes or more for this range
            map?limit=0           | limit  | 0    | a whole number from 1 to 10000
            map?q=x               | q      | x    | only the parameters start, end, service, limit, timeout
            traces/xyz            | id     | xyz  | 1 to 32 hexadecimal digits
            """)
    void wrongParametersAreNamed(String asked, String parameter, String read, String expected) throws IOException {
        JsonNode problem = problem("/clew/api/v1/" + asked, 400);
        assertThat(problem.get("parameter").asText()).isEqualTo(parameter);
        assertThat(problem.get("read").asText()).isEqualTo(read);
        assertThat(problem.get("expected").asText()).isEqualTo(expected);
    }

    @Test
    void aWrongQueryIsShownWithACaret() throws IOException {
        JsonNode problem = problem("/clew/api/v1/search?q=" + encoded("{ name =\n }"), 400);
        assertThat(problem.get("line").asInt()).isEqualTo(2);
        assertThat(problem.get("column").asInt()).isEqualTo(2);
        assertThat(problem.get("caret").asText()).isEqualTo(" }\n ^");
        assertThat(problem("/clew/api/v1/search?q=" + encoded("{ nme = 1 }"), 400)
                        .get("hint")
                        .asText())
                .isEqualTo("did you mean `name`?");
    }

    @Test
    void anUnknownTraceIs404() throws IOException {
        assertThat(problem("/clew/api/v1/traces/abc", 404).get("detail").asText())
                .isEqualTo("no span of trace 00000000000000000000000000000abc is stored");
    }

    @Test
    void pagesAreNewestFirstAndCoverEverythingOnce() throws IOException {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = JSON.readTree(server.get("/clew/api/v1/search?limit=10&total=true" + cursor)
                    .body());
            assertThat(page.get("total").asLong()).isEqualTo(TRACES);
            assertThat(page.get("complete").asBoolean()).isTrue();
            page.get("traces").forEach(trace -> ids.add(trace.get("traceId").asText()));
            cursor = page.get("nextCursor").isNull()
                    ? ""
                    : "&cursor=" + page.get("nextCursor").asText();
        } while (!cursor.isEmpty());
        List<String> newestFirst = new ArrayList<>();
        for (int trace = TRACES; trace >= 1; trace--) {
            newestFirst.add(Requests.traceId(trace));
        }
        assertThat(ids).isEqualTo(newestFirst);
    }

    @Test
    void aSummaryIsOfTheWholeTraceAndItsMatchesOfTheQuery() throws IOException {
        JsonNode trace = JSON.readTree(server.get("/clew/api/v1/search?limit=1&q=" + encoded("{ status = error }"))
                        .body())
                .get("traces")
                .get(0);
        assertThat(trace.get("spanCount").asInt()).isEqualTo(2);
        assertThat(trace.get("errorCount").asInt()).isEqualTo(1);
        assertThat(trace.get("rootService").asText()).isEqualTo("shop");
        assertThat(trace.get("rootName").asText()).isEqualTo("GET /");
        assertThat(trace.get("duration").asText()).isEqualTo("10000000");
        assertThat(trace.get("matchedCount").asInt()).isEqualTo(1);
        assertThat(trace.at("/matchedSpans/0/name").asText()).isEqualTo("SELECT");
        assertThat(trace.at("/matchedSpans/0/kind").asText()).isEqualTo("client");
        assertThat(trace.at("/matchedSpans/0/status").asText()).isEqualTo("error");
    }

    @Test
    void windowsTakeBothWaysOfWritingTime() throws IOException {
        // 2026-09-21T14:13:25Z is START + 5 s; traces 5 to 7 overlap the two seconds from there.
        String digits = "start=" + (Requests.START + 5_000_000_000L) + "&end=" + (Requests.START + 7_000_000_000L);
        String text = "start=2026-09-21T14:13:25Z&end=" + encoded("2026-09-21T16:13:27+02:00");
        for (String window : List.of(digits, text)) {
            assertThat(JSON.readTree(server.get("/clew/api/v1/search?total=true&" + window)
                                    .body())
                            .get("total")
                            .asInt())
                    .isEqualTo(3);
        }
    }

    @Test
    void aTraceIsDeletedAndMayComeAgain() throws IOException {
        ingest("gone", 900);
        HttpResponse<String> deleted = send("DELETE", "traces/" + Requests.traceId(900));
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertValid(deleted.body(), "#/components/schemas/Deleted");
        assertThat(deleted.body()).isEqualTo("{\"deletedTraces\":1}");
        problem("/clew/api/v1/traces/" + Requests.traceId(900), 404);
        assertThat(send("DELETE", "traces/" + Requests.traceId(900)).statusCode())
                .isEqualTo(404);
        ingest("gone", 900);
        assertThat(server.get("/clew/api/v1/traces/" + Requests.traceId(900)).statusCode())
                .isEqualTo(200);
        send("DELETE", "traces/" + Requests.traceId(900));
    }

    @Test
    void tracesAreCountedAndThenDeletedByQuery() throws IOException {
        for (int trace = 910; trace < 915; trace++) {
            ingest("personal", trace);
        }
        String query = "store/delete?q=" + encoded("{ resource.service.name = \"personal\" }");
        HttpResponse<String> counted = send("POST", query + "&dryRun=true");
        assertValid(counted.body(), "#/components/schemas/DeletedByQuery");
        assertThat(counted.body()).isEqualTo("{\"matchedTraces\":5,\"deletedTraces\":0,\"dryRun\":true}");
        assertThat(send("POST", query + "&start=1&end=2").body()).contains("\"matchedTraces\":0");
        assertThat(send("POST", query).body()).isEqualTo("{\"matchedTraces\":5,\"deletedTraces\":5,\"dryRun\":false}");
        assertThat(server.get("/clew/api/v1/services").body()).doesNotContain("personal");
        HttpResponse<String> everything = send("POST", "store/delete");
        assertThat(everything.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(everything.body()).get("parameter").asText()).isEqualTo("q");
    }

    @Test
    void aTraceIsMarkedAsToBeKept() throws IOException {
        String mark = "traces/" + Requests.traceId(2) + "/keep";
        assertThat(server.get("/clew/api/v1/" + mark).body()).isEqualTo("{\"kept\":false}");
        assertValid(send("PUT", mark).body(), "#/components/schemas/Kept");
        assertThat(server.get("/clew/api/v1/" + mark).body()).isEqualTo("{\"kept\":true}");
        assertThat(send("DELETE", mark).body()).isEqualTo("{\"kept\":false}");
        assertThat(send("PUT", "traces/abc/keep").statusCode()).isEqualTo(404);
        problem("/clew/api/v1/traces/abc/keep", 404);
    }

    @Test
    void noPageOfAnotherOriginDeletes() {
        for (String origin : List.of("http://evil.example", "null", "http://127.0.0.1:1")) {
            HttpResponse<String> answer = server.send(
                    HttpRequest.newBuilder(server.uri(Door.UI, "/clew/api/v1/traces/" + Requests.traceId(3)))
                            .header("Origin", origin)
                            .DELETE()
                            .build());
            assertThat(answer.statusCode()).as(origin).isEqualTo(403);
        }
        assertThat(server.get("/clew/api/v1/traces/" + Requests.traceId(3)).statusCode())
                .isEqualTo(200);
    }

    private static void ingest(String service, int trace) {
        server.post(
                "/v1/traces",
                Requests.of(service, Requests.span(trace, 1).build()).toByteArray(),
                "Content-Type",
                "application/x-protobuf");
    }

    private static HttpResponse<String> send(String method, String path) {
        return server.send(HttpRequest.newBuilder(server.uri(Door.UI, "/clew/api/v1/" + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POST   | /clew/api/v1/status        | GET, HEAD
            PUT    | /clew/api/v1/traces/1      | DELETE, GET, HEAD
            GET    | /clew/api/v1/store/delete  | POST
            HEAD   | /clew/api/v1/store/delete  | POST
            POST   | /clew/api/v1/traces/1/keep | DELETE, GET, HEAD, PUT
            DELETE | /api/services              | GET, HEAD
            POST   | /api/traces/1              | GET, HEAD
            POST   | /metrics                   | GET, HEAD
            POST   | /metrics/red               | GET, HEAD
            PUT    | /live                      | GET, HEAD
            DELETE | /ready                     | GET, HEAD
            POST   | /                          | GET, HEAD
            POST   | /trace/1                   | GET, HEAD
            """)
    void otherMethodsAre405AndThoseThatAreTakenAreNamed(String method, String path, String allowed) {
        HttpResponse<String> answer = server.send(HttpRequest.newBuilder(server.uri(Door.UI, path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().allValues("Allow")).containsExactly(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/clew/api/v1/status", "/api/services", "/live", "/ready", "/metrics", "/"})
    void headAnswersAsGetDoesWithoutItsBody(String path) {
        HttpResponse<String> get = server.get(path);
        HttpResponse<String> head = server.send(
                HttpRequest.newBuilder(server.uri(Door.UI, path)).HEAD().build());
        assertThat(head.statusCode()).isEqualTo(get.statusCode());
        assertThat(head.headers().firstValue("Content-Type"))
                .isEqualTo(get.headers().firstValue("Content-Type"));
        assertThat(head.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:16686", "127.0.0.1.evil.example"})
    void aNameThatIsNotOursIsRefusedOnLoopback(String host) throws IOException {
        assertThat(rawStatus(host)).startsWith("HTTP/1.1 403");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:1", "127.0.0.1:5", "[::1]:5", "clew.localhost"})
    void loopbackByAnyNameIsServed(String host) throws IOException {
        assertThat(rawStatus(host)).startsWith("HTTP/1.1 200");
    }

    private static String rawStatus(String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port(Door.UI))) {
            socket.getOutputStream()
                    .write(("GET /clew/api/v1/services HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes("HTTP/1.1 200".length()), StandardCharsets.US_ASCII);
        }
    }

    private static JsonNode problem(String path, int status) throws IOException {
        HttpResponse<String> answer = server.get(path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertValid(answer.body(), "#/components/schemas/Problem");
        return JSON.readTree(answer.body());
    }

    private static void assertValid(String body, String reference) throws IOException {
        var schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(JSON.valueToTree(Map.of("$ref", reference, "components", description.get("components"))));
        assertThat(schema.validate(JSON.readTree(body))).isEmpty();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

package io.clew.quality.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clew.quality.crash.ServerProcess;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The OpenTelemetry Java agent and SDK for JavaScript, both over every protocol they have, told nothing but the address
 * and, where it is not their default, the protocol: spans arrive as they were made, and no error is logged.
 */
class SdkTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path AGENT = ROOT.resolve("demo/target/agent/opentelemetry-javaagent.jar");
    private static final String PARTIAL_SUCCESS = "Received Partial Success response";

    @TempDir
    private static Path shared;

    private static ServerProcess server;

    @TempDir
    private Path scratch;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(shared.resolve("data"));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        server.terminate();
        try {
            assertThat(server.awaitExit()).as(server.output()).isZero();
        } finally {
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "grpc"})
    void theJavaAgentsSpansArrive(String protocol) throws Exception {
        assertThat(AGENT).as("built by Maven before this module").exists();
        String service = "java-" + protocol;
        JsonNode before = get("/clew/api/v1/status");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-javaagent:" + AGENT,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of("target/test-classes").toAbsolutePath().toString(),
                Errand.class.getName(),
                server.uri("ui", "/live").toString());

        TracedApplication run = TracedApplication.run(command, scratch, settings(service, protocol), scratch);

        assertThat(run.complained().lines())
                .as("what the agent logged")
                .anyMatch(line -> line.contains("opentelemetry-javaagent - version"))
                .noneMatch(line -> line.matches("(?s).*\\b(WARN|ERROR|SEVERE|Exception)\\b.*"));
        JsonNode trace = only(search("{ resource.service.name = \"" + service + "\" }"));
        assertThat(trace.path("rootName").asText()).isEqualTo("GET");
        assertThat(search("{ resource.service.name = \"" + service
                        + "\" && kind = client && span.http.response.status_code = 200 }"))
                .hasSize(1);
        // What a default agent sends besides is answered, not kept.
        JsonNode after = get("/clew/api/v1/status");
        for (String signal : new String[] {"logs", "metrics"}) {
            assertThat(after.at("/notTaken/" + signal).asLong())
                    .as(signal)
                    .isGreaterThan(before.at("/notTaken/" + signal).asLong());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http/json", "grpc"})
    void spansOfTheSdkForJavaScriptArrive(String protocol) throws Exception {
        Path application = installed();
        String service = "js-" + protocol;

        TracedApplication run = TracedApplication.run(
                List.of("node", "application.mjs"), application, settings(service, protocol), scratch);

        assertThat(run.complained().lines())
                .as("what the SDK said")
                .allMatch(line -> line.startsWith(PARTIAL_SUCCESS) && line.contains("metrics are not taken yet"));
        JsonNode trace = get("/clew/api/v1/traces/" + run.printed().strip());
        Map<String, JsonNode> spans = spans(trace);
        assertThat(spans).containsOnlyKeys("GET /cart", "SELECT cart");
        JsonNode request = Objects.requireNonNull(spans.get("GET /cart"));
        JsonNode call = Objects.requireNonNull(spans.get("SELECT cart"));
        assertThat(call.path("parentSpanId").asText())
                .isEqualTo(request.path("spanId").asText());
        assertThat(request.path("kind").asInt()).isEqualTo(2);
        assertThat(attributes(request))
                .containsEntry("text", json("{'stringValue':'购物车'}"))
                .containsEntry("whole", json("{'intValue':'42'}"))
                .containsEntry("real", json("{'doubleValue':1.5}"))
                .containsEntry("yes", json("{'boolValue':true}"))
                .containsEntry("texts", json("{'arrayValue':{'values':[{'stringValue':'a'},{'stringValue':'b'}]}}"))
                .containsEntry("wholes", json("{'arrayValue':{'values':[{'intValue':'1'},{'intValue':'2'}]}}"))
                .containsKey("none");
        assertThat(request.path("events").findValuesAsText("name")).containsExactly("found");
        assertThat(request.path("links")).hasSize(1);
        assertThat(call.path("status")).isEqualTo(json("{'message':'gone','code':2}"));
        assertThat(attributes(only(call.path("events"))))
                .containsEntry("exception.type", json("{'stringValue':'TypeError'}"))
                .containsEntry("exception.message", json("{'stringValue':'no such cart'}"));
        assertThat(trace.at("/resourceSpans/0/scopeSpans/0/scope"))
                .isEqualTo(json("{'name':'shop','version':'1.2.3'}"));
    }

    /** Settings an operator would make: where to send and as whom; the protocol only where it is not the default. */
    private static Map<String, String> settings(String service, String protocol) {
        Map<String, String> settings = new HashMap<>();
        settings.put("OTEL_SERVICE_NAME", service);
        // On a machine that has much else to do.
        settings.put("OTEL_EXPORTER_OTLP_TIMEOUT", "60000");
        settings.put(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                server.uri(protocol.equals("grpc") ? "otlp-grpc" : "otlp-http", "")
                        .toString());
        if (!protocol.isEmpty()) {
            settings.put("OTEL_EXPORTER_OTLP_PROTOCOL", protocol);
        }
        return settings;
    }

    /** The application with its libraries, below {@code target}: the same installer as the user interface's. */
    private Path installed() throws IOException, InterruptedException {
        Path installed = Files.createDirectories(Path.of("target/js").toAbsolutePath());
        for (String file : new String[] {"package.json", "package-lock.json", ".npmrc", "application.mjs"}) {
            Files.copy(Path.of("src/test/js", file), installed.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        TracedApplication.run(
                List.of("node", ROOT.resolve("web/build/install.mjs").toString()), installed, Map.of(), scratch);
        return installed;
    }

    private static Map<String, JsonNode> spans(JsonNode trace) {
        Map<String, JsonNode> spans = new HashMap<>();
        for (JsonNode resource : trace.path("resourceSpans")) {
            for (JsonNode scope : resource.path("scopeSpans")) {
                for (JsonNode span : scope.path("spans")) {
                    assertThat(spans.put(span.path("name").asText(), span)).isNull();
                }
            }
        }
        return spans;
    }

    private static Map<String, JsonNode> attributes(JsonNode owner) {
        Map<String, JsonNode> attributes = new HashMap<>();
        owner.path("attributes")
                .forEach(entry -> attributes.put(entry.path("key").asText(), entry.path("value")));
        return attributes;
    }

    private static JsonNode only(JsonNode array) {
        assertThat(array).hasSize(1);
        return array.get(0);
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }

    private static JsonNode search(String query) throws IOException, InterruptedException {
        return get("/clew/api/v1/search?q="
                        + URLEncoder.encode(query, StandardCharsets.UTF_8).replace("+", "%20"))
                .path("traces");
    }

    private static JsonNode get(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(HttpRequest.newBuilder(server.uri("ui", path)).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
            return new ObjectMapper().readTree(answer.body());
        }
    }
}

package io.clew.server.jaeger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.clew.server.life.Requests;
import io.clew.server.life.RunningServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jaeger's legacy JSON: the mapping against a golden file, the parameters, the envelope and its errors. */
class JaegerApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WINDOW =
            "&start=" + Requests.START / 1000 + "&end=" + (Requests.START / 1000 + 60_000_000);

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.inMemory();
        post(everyField());
        post(Requests.of(
                "other",
                Requests.span(2, 1)
                        .setName("POST /a b")
                        .setKind(Span.SpanKind.SPAN_KIND_UNSPECIFIED)
                        .build()));
        post(Requests.of(
                "shop",
                Requests.span(3, 1)
                        .setStartTimeUnixNano(Requests.START + 1_000_000_000)
                        .setEndTimeUnixNano(Requests.START + 3_000_000_000L)
                        .addAttributes(Requests.text("user", "a:b"))
                        .build()));
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Test
    void aTraceWithEveryFieldIsAsTheGoldenFileSays() throws IOException {
        JsonNode expected;
        try (InputStream golden = Objects.requireNonNull(JaegerApiTest.class.getResourceAsStream("trace.json"))) {
            expected = JSON.readTree(golden);
        }
        assertThat(get("/api/traces/" + Requests.traceId(1))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/services, '[\"other\",\"shop\"]', 2",
        "/api/services/shop/operations, '[\"GET /\",\"SELECT\"]', 2",
        "/api/services/none/operations, '[]', 0",
        "/api/operations?service=shop&spanKind=client, '[{\"name\":\"SELECT\",\"spanKind\":\"client\"}]', 1",
        "/api/operations?service=other, '[{\"name\":\"POST /a b\",\"spanKind\":\"\"}]', 1",
    })
    void namesComeInTheEnvelope(String path, String data, int total) throws IOException {
        JsonNode answer = get(path);
        assertThat(answer.get("data")).isEqualTo(JSON.readTree(data));
        assertThat(answer.get("total").asInt()).isEqualTo(total);
        assertThat(answer.get("limit").asInt()).isZero();
        assertThat(answer.get("offset").asInt()).isZero();
        assertThat(answer.get("errors").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            service=shop                                        | 3 1
            service=other                                       | 2
            service=shop&operation=SELECT                       | 1
            service=shop&operation=none                         | ''
            service=shop&minDuration=1.5s                       | 3
            service=shop&maxDuration=100ms                      | 1
            service=shop&minDuration=1s&maxDuration=3s          | 3
            service=shop&tag=user:a:b                           | 3
            service=shop&tag=error:true                         | 1
            service=shop&tag=error:false                        | 3 1
            service=shop&operation=SELECT&tag=error:false       | ''
            service=shop&tag=span.status:Error                  | 1
            service=shop&tag=span.kind:client                   | 1
            service=shop&tag=scope.name:lib&tag=scope.version:2 | 1
            service=shop&tag=otel.scope.name:lib                | 1
            service=shop&tag=resource.host.name:h1              | 1
            service=shop&tag=resource.user:a:b                  | ''
            service=shop&tag=http.status_code:500               | 1
            service=shop&tag=http.status_code:500&tag=user:a:b  | ''
            service=shop&tags=%7B%22user%22%3A%22a%3Ab%22%7D    | 3
            service=shop&limit=1                                | 3
            service=shop&lookback=1h&unknown=x                  | 3 1
            """)
    void searches(String parameters, String traces) throws IOException {
        List<String> ids = new ArrayList<>();
        get("/api/traces?" + parameters + WINDOW)
                .get("data")
                .forEach(trace -> ids.add(trace.get("traceID").asText()));
        List<String> expected = traces.isEmpty()
                ? List.of()
                : List.of(traces.split(" ")).stream()
                        .map(low -> Requests.traceId(Long.parseLong(low)))
                        .toList();
        assertThat(ids).isEqualTo(expected);
    }

    @Test
    void theStartOfTheMatchingSpanDecidesAboutTheWindow() throws IOException {
        // Trace 3 overlaps this window, but its span starts before it.
        String window = "&start=" + (Requests.START / 1000 + 2_000_000) + "&end=" + (Requests.START / 1000 + 9_000_000);
        assertThat(get("/api/traces?service=shop" + window).get("data")).isEmpty();
    }

    @Test
    void tracesComeByIdInAnySpelling() throws IOException {
        String id = Requests.traceId(2);
        String base64 = Base64.getUrlEncoder().encodeToString(HexFormat.of().parseHex(id));
        for (String spelling : List.of(id, id.toUpperCase(Locale.ROOT), id.replaceFirst("^0+", ""), base64)) {
            assertThat(get("/api/traces/" + URLEncoder.encode(spelling, StandardCharsets.UTF_8))
                            .at("/data/0/traceID")
                            .asText())
                    .isEqualTo(id);
        }
        JsonNode several = get("/api/traces?traceID=" + id + "&traceID=abc&traceID=" + Requests.traceId(3));
        assertThat(several.get("data")).hasSize(2);
        assertThat(several.at("/errors/0/code").asInt()).isEqualTo(404);
        assertThat(several.at("/errors/0/traceID").asText()).isEqualTo("0000000000000abc");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/traces                                    | 400 | parameter 'service' is required
            /api/operations                                | 400 | parameter 'service' is required
            /api/traces?service=a&start=x                  | 400 | unable to parse param 'start': expected microseconds since 1970 as a whole number, read 'x'
            /api/traces?service=a&limit=0                  | 400 | unable to parse param 'limit': expected a whole number of 1 or more, read '0'
            /api/traces?service=a&limit=x                  | 400 | unable to parse param 'limit': expected a whole number of 1 or more, read 'x'
            /api/traces?service=a&minDuration=5            | 400 | unable to parse param 'minDuration': expected a duration such as 1.2s, 100ms or 500us, read '5'
            /api/traces?service=a&minDuration=2s&maxDuration=1s | 400 | should be greater than 'minDuration'
            /api/traces?service=a&tag=x                    | 400 | malformed 'tag' parameter
            /api/traces?service=a&tags=%7B%22a%22%3A1%7D   | 400 | malformed 'tags' parameter
            /api/traces?traceID=xyz!                       | 400 | unable to parse param 'traceID': expected 1 to 32 hexadecimal digits, or Base64 of 8 or 16 bytes, read 'xyz!'
            /api/traces/xyz!                               | 400 | cannot read trace id 'xyz!': expected 1 to 32 hexadecimal digits
            /api/traces/abc                                | 404 | trace not found
            """)
    void errorsComeInTheEnvelope(String path, int status, String words) throws IOException {
        HttpResponse<String> answer = server.get(path);
        assertThat(answer.statusCode()).isEqualTo(status);
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.get("data").isNull()).isTrue();
        assertThat(body.at("/errors/0/code").asInt()).isEqualTo(status);
        assertThat(body.at("/errors/0/msg").asText()).contains(words);
    }

    @Test
    void prettyPrintIndents() {
        assertThat(server.get("/api/services?prettyPrint=true").body()).contains("\n  \"data\"");
    }

    private static ExportTraceServiceRequest everyField() {
        Span parent = Requests.span(1, 1)
                .setFlags(0x101)
                .setTraceState("a=b")
                .addAttributes(number("big", Long.MAX_VALUE))
                .addAttributes(KeyValue.newBuilder()
                        .setKey("ratio")
                        .setValue(AnyValue.newBuilder().setDoubleValue(0.5)))
                .addAttributes(KeyValue.newBuilder()
                        .setKey("ok")
                        .setValue(AnyValue.newBuilder().setBoolValue(true)))
                .addAttributes(KeyValue.newBuilder()
                        .setKey("raw")
                        .setValue(AnyValue.newBuilder().setBytesValue(ByteString.copyFromUtf8("hi"))))
                .addAttributes(KeyValue.newBuilder()
                        .setKey("list")
                        .setValue(AnyValue.newBuilder()
                                .setArrayValue(ArrayValue.newBuilder()
                                        .addValues(AnyValue.newBuilder().setStringValue("x"))
                                        .addValues(AnyValue.newBuilder().setIntValue(1)))))
                .addAttributes(KeyValue.newBuilder().setKey("empty"))
                .addEvents(Span.Event.newBuilder()
                        .setTimeUnixNano(Requests.START + 1_000)
                        .setName("exception")
                        .addAttributes(Requests.text("exception.type", "Boom")))
                .addLinks(Span.Link.newBuilder()
                        .setTraceId(ByteString.fromHex(Requests.traceId(9)))
                        .setSpanId(Requests.id(5)))
                .build();
        Span child = Requests.span(1, 2)
                .setParentSpanId(Requests.id(1))
                .setName("SELECT")
                .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                .setStartTimeUnixNano(Requests.START + 1_500_000)
                .setEndTimeUnixNano(Requests.START + 2_500_999)
                .addAttributes(number("http.status_code", 500))
                .setStatus(Status.newBuilder()
                        .setCode(Status.StatusCode.STATUS_CODE_ERROR)
                        .setMessage("no"))
                .build();
        ExportTraceServiceRequest.Builder request = Requests.of("shop", parent, child).toBuilder();
        request.getResourceSpansBuilder(0).getResourceBuilder().addAttributes(Requests.text("host.name", "h1"));
        request.getResourceSpansBuilder(0)
                .getScopeSpansBuilder(0)
                .setScope(InstrumentationScope.newBuilder().setName("lib").setVersion("2"));
        return request.build();
    }

    private static KeyValue number(String key, long value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setIntValue(value))
                .build();
    }

    private static void post(ExportTraceServiceRequest request) {
        assertThat(server.post("/v1/traces", request.toByteArray(), "Content-Type", "application/x-protobuf")
                        .statusCode())
                .isEqualTo(200);
    }

    private static JsonNode get(String path) throws IOException {
        HttpResponse<String> answer = server.get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}

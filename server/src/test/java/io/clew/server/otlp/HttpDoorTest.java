package io.clew.server.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.clew.server.life.Requests;
import io.clew.server.life.RunningServer;
import io.clew.server.net.Door;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OTLP over HTTP: what is taken, and what each refusal says. */
class HttpDoorTest {
    private static final String PROTOBUF = "application/x-protobuf";
    private static final int LIMIT = 67_108_864;
    private static final AtomicLong NEXT = new AtomicLong(1);

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.inMemory();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "identity, HTTP_1_1",
        "gzip, HTTP_1_1",
        "zstd, HTTP_1_1",
        "identity, HTTP_2",
        "gzip, HTTP_2",
        "zstd, HTTP_2"
    })
    void takesProtobufInEveryCompressionOverBothVersions(String coding, HttpClient.Version version) throws Exception {
        long id = NEXT.getAndIncrement();
        try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
            HttpRequest request = HttpRequest.newBuilder(server.uri(Door.OTLP_HTTP, "/v1/traces"))
                    .header("Content-Type", PROTOBUF)
                    .header("Content-Encoding", coding)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(
                            Requests.compressed(coding, Requests.one(id, id).toByteArray())))
                    .build();
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.version()).isEqualTo(version);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue(PROTOBUF);
            assertThat(answer.body()).isEmpty();
        }
        assertThat(server.get("/clew/api/v1/traces/" + Requests.traceId(id)).body())
                .contains("\"name\":\"GET /\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/traces", "/v1/traces/", "/v1/traces?x=1"})
    void takesTheForgivablePaths(String path) {
        assertThat(post(path, Requests.one(1, 1), PROTOBUF).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-protobuf", "application/protobuf", "Application/X-Protobuf; charset=utf-8"})
    void takesTheForgivableContentTypes(String type) {
        assertThat(post("/v1/traces", Requests.one(1, 1), type).statusCode()).isEqualTo(200);
    }

    @Test
    void anEmptyRequestIsASuccess() {
        assertThat(server.post("/v1/traces", new byte[0], "Content-Type", PROTOBUF)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void refusedSpansAreAPartialSuccessAndTheOthersAreKept() throws InvalidProtocolBufferException {
        long id = NEXT.getAndIncrement();
        ExportTraceServiceRequest request = Requests.of(
                "shop",
                Requests.span(id, 0).build(),
                Requests.span(id, 7).build(),
                Requests.span(id, 8).setTraceId(ByteString.EMPTY).build());
        HttpResponse<byte[]> answer = post("/v1/traces", request, PROTOBUF);
        assertThat(answer.statusCode()).isEqualTo(200);
        var partial = ExportTraceServiceResponse.parseFrom(answer.body()).getPartialSuccess();
        assertThat(partial.getRejectedSpans()).isEqualTo(2);
        assertThat(partial.getErrorMessage()).contains("span");
        assertThat(server.get("/clew/api/v1/traces/" + Requests.traceId(id)).body())
                .contains("\"spanId\":\"0000000000000007\"");
        assertThat(server.get("/metrics").body())
                .contains("clew_spans_refused_total{reason=\"bad_span_id\"}")
                .contains("clew_spans_refused_total{reason=\"bad_trace_id\"}");
    }

    @Test
    void malformedProtobufIs400WithAStatus() throws InvalidProtocolBufferException {
        HttpResponse<byte[]> answer =
                server.post("/v1/traces", new byte[] {(byte) 0x0a, (byte) 0xff, 1, 2}, "Content-Type", PROTOBUF);
        assertThat(answer.statusCode()).isEqualTo(400);
        Status status = Status.parseFrom(answer.body());
        assertThat(status.getCode()).isEqualTo(3);
        assertThat(status.getMessage()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void truncatedCompressionIs400(String coding) throws InvalidProtocolBufferException {
        byte[] whole = Requests.compressed(coding, Requests.one(1, 1).toByteArray());
        HttpResponse<byte[]> answer = server.post(
                "/v1/traces",
                Arrays.copyOf(whole, whole.length - 6),
                "Content-Type",
                PROTOBUF,
                "Content-Encoding",
                coding);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Status.parseFrom(answer.body()).getMessage()).contains(coding);
    }

    @ParameterizedTest
    @CsvSource({
        "/, application/x-protobuf, 404, POST traces to /v1/traces",
        "/v1/trace, application/x-protobuf, 404, POST traces to /v1/traces",
        "/v1/traces, text/plain, 415, application/x-protobuf or application/json",
        "/v1/traces, application/x-thrift, 415, application/x-thrift",
    })
    void refusalsSayWhatWouldBeRight(String path, String type, int status, String words) {
        HttpResponse<byte[]> answer = post(path, Requests.one(1, 1), type);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains(words);
    }

    @Test
    void anErrorForAJsonRequestIsJson() {
        HttpResponse<byte[]> answer = post("/v1/trace", Requests.one(1, 1), "application/json");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).startsWith("{\"code\":12,\"message\":\"");
    }

    @Test
    void getIs405() {
        HttpResponse<String> answer = server.send(
                HttpRequest.newBuilder(server.uri(Door.OTLP_HTTP, "/v1/traces")).build());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("POST, OPTIONS");
        assertThat(answer.body()).contains("takes POST, not GET");
    }

    @Test
    void anUnknownContentEncodingIs415() throws InvalidProtocolBufferException {
        HttpResponse<byte[]> answer =
                server.post("/v1/traces", new byte[] {1}, "Content-Type", PROTOBUF, "Content-Encoding", "br");
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.headers().firstValue("Accept-Encoding")).hasValue("identity,gzip,zstd");
        assertThat(Status.parseFrom(answer.body()).getMessage()).contains("br");
    }

    @Test
    void aBodyOfTheLimitIsTakenAndOneByteMoreIsNot() throws InvalidProtocolBufferException {
        byte[] filled = padded(LIMIT);
        assertThat(server.post("/v1/traces", filled, "Content-Type", PROTOBUF).statusCode())
                .isEqualTo(200);
        HttpResponse<byte[]> answer = server.post("/v1/traces", padded(LIMIT + 1), "Content-Type", PROTOBUF);
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(Status.parseFrom(answer.body()).getCode()).isEqualTo(8);
        assertThat(Status.parseFrom(answer.body()).getMessage()).contains(Integer.toString(LIMIT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void theLimitCountsAfterDecompressionToo(String coding) {
        assertThat(server.post(
                                "/v1/traces",
                                Requests.compressed(coding, padded(LIMIT + 1)),
                                "Content-Type",
                                PROTOBUF,
                                "Content-Encoding",
                                coding)
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void aChunkedBodyBeyondTheLimitIsRefusedToo() throws Exception {
        byte[] body = padded(LIMIT + 1);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(server.uri(Door.OTLP_HTTP, "/v1/traces"))
                    .version(HttpClient.Version.HTTP_1_1)
                    .header("Content-Type", PROTOBUF)
                    .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                    .build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(413);
        }
    }

    @Test
    void pagesOfAnyOriginMaySend() {
        HttpResponse<String> preflight = server.send(HttpRequest.newBuilder(server.uri(Door.OTLP_HTTP, "/v1/traces"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "https://shop.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type,x-tenant")
                .build());
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                .hasValue("https://shop.example");
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
                .hasValue("content-type,x-tenant");
        assertThat(preflight
                        .headers()
                        .firstValue("Access-Control-Allow-Methods")
                        .orElse(""))
                .contains("POST");
        HttpResponse<byte[]> answer = server.post(
                "/v1/traces",
                Requests.one(1, 1).toByteArray(),
                "Content-Type",
                PROTOBUF,
                "Origin",
                "https://shop.example");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://shop.example");
    }

    @Test
    void theOtherDoorsAreClosedToPages() {
        for (Door door : new Door[] {Door.OTLP_GRPC, Door.UI}) {
            URI uri = server.uri(door, "/v1/traces");
            HttpResponse<String> answer = server.send(HttpRequest.newBuilder(uri)
                    .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                    .header("Origin", "https://shop.example")
                    .header("Access-Control-Request-Method", "POST")
                    .build());
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
    }

    @Test
    void theGrpcPortTakesHttpToo() {
        HttpResponse<String> answer = server.send(HttpRequest.newBuilder(server.uri(Door.OTLP_GRPC, "/v1/traces"))
                .header("Content-Type", PROTOBUF)
                .POST(HttpRequest.BodyPublishers.ofByteArray(Requests.one(1, 1).toByteArray()))
                .build());
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void expectingToContinueIsAnswered() throws IOException {
        byte[] body = Requests.one(1, 1).toByteArray();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port(Door.OTLP_HTTP))) {
            socket.setSoTimeout(120_000);
            write(
                    socket,
                    "POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: " + PROTOBUF + "\r\nContent-Length: "
                            + body.length + "\r\nExpect: 100-continue\r\n\r\n");
            assertThat(read(socket)).startsWith("HTTP/1.1 100 Continue");
            socket.getOutputStream().write(body);
            assertThat(read(socket)).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void aClientThatDiesInTheMiddleLeavesNothingBehind() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port(Door.OTLP_HTTP))) {
            write(
                    socket,
                    "POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: " + PROTOBUF
                            + "\r\nContent-Length: 1000000\r\n\r\n");
            socket.getOutputStream().write(new byte[500_000]);
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> server.server().budget().used() > 0);
        }
        await().atMost(Duration.ofMinutes(2))
                .until(() -> server.server().budget().used() == 0);
        assertThat(post("/v1/traces", Requests.one(1, 1), PROTOBUF).statusCode())
                .isEqualTo(200);
    }

    /** A valid request of exactly so many bytes: one unknown field that decoders skip. */
    private static byte[] padded(int length) {
        byte[] body = new byte[length];
        // Field 15, length-delimited; the length takes four bytes for these sizes.
        int content = length - 5;
        body[0] = (byte) (15 << 3 | 2);
        for (int i = 1; i < 5; i++) {
            body[i] = (byte) (content >>> 7 * (i - 1) & 0x7f | (i < 4 ? 0x80 : 0));
        }
        return body;
    }

    private static HttpResponse<byte[]> post(String path, ExportTraceServiceRequest request, String type) {
        return server.post(path, request.toByteArray(), "Content-Type", type);
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String read(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] some = new byte[1000];
        int count = in.read(some);
        return new String(some, 0, Math.max(0, count), StandardCharsets.US_ASCII);
    }
}

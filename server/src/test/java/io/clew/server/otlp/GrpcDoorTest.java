package io.clew.server.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpRequestWriter;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.clew.server.life.Requests;
import io.clew.server.life.RunningServer;
import io.clew.server.net.Door;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OTLP over gRPC, frame by frame: what is taken, and what status each wrong call gets. */
class GrpcDoorTest {
    private static final String EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private static final int LIMIT = 67_108_864;
    private static final AtomicLong NEXT = new AtomicLong(100);

    private static ClientFactory clients;
    private static RunningServer server;
    private static WebClient client;

    @BeforeAll
    static void start() {
        server = RunningServer.inMemory();
        clients = ClientFactory.builder().connectTimeout(Duration.ofMinutes(2)).build();
        client = client(Door.OTLP_GRPC);
    }

    @AfterAll
    static void stop() throws IOException {
        clients.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"identity, false", "gzip, true", "zstd, true", "gzip, false"})
    void takesEveryCompressionMessageByMessage(String coding, boolean compressed) throws Exception {
        long id = NEXT.getAndIncrement();
        byte[] message = Requests.one(id, id).toByteArray();
        byte[] frame = compressed ? frame(1, Requests.compressed(coding, message)) : frame(0, message);
        AggregatedHttpResponse answer = call(EXPORT, frame, "grpc-encoding", coding);
        assertThat(answer.trailers().get("grpc-status")).isEqualTo("0");
        assertThat(message(answer)).isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
        assertThat(server.get("/clew/api/v1/traces/" + Requests.traceId(id)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void theHttpPortTakesGrpcToo() {
        AggregatedHttpResponse answer = client(Door.OTLP_HTTP)
                .execute(HttpRequest.of(
                        headers(EXPORT).build(),
                        HttpData.wrap(frame(0, Requests.one(1, 1).toByteArray()))))
                .aggregate()
                .join();
        assertThat(answer.trailers().get("grpc-status")).isEqualTo("0");
    }

    @Test
    void refusedSpansAreAPartialSuccess() throws Exception {
        byte[] message = Requests.one(NEXT.getAndIncrement(), 0).toByteArray();
        AggregatedHttpResponse answer = call(EXPORT, frame(0, message));
        assertThat(answer.trailers().get("grpc-status")).isEqualTo("0");
        assertThat(message(answer).getPartialSuccess().getRejectedSpans()).isEqualTo(1);
    }

    @Test
    void anEmptyMessageIsASuccess() {
        assertThat(call(EXPORT, frame(0, new byte[0])).trailers().get("grpc-status"))
                .isEqualTo("0");
    }

    @Test
    void malformedProtobufIsInvalidArgument() throws Exception {
        AggregatedHttpResponse answer = call(EXPORT, frame(0, new byte[] {(byte) 0x0a, (byte) 0xff, 1}));
        assertFailed(answer, 3);
        assertThat(details(answer).getMessage())
                .isEqualTo(statusMessage(answer))
                .contains("protobuf");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void compressionThatIsNoneIsInvalidArgument(String coding) {
        assertFailed(call(EXPORT, frame(1, new byte[] {1, 2, 3, 4, 5}), "grpc-encoding", coding), 3);
    }

    @Test
    void anUnknownEncodingIsUnimplementedAndSaysWhatIsKnown() {
        AggregatedHttpResponse answer = call(EXPORT, frame(1, new byte[] {1}), "grpc-encoding", "snappy");
        assertFailed(answer, 12);
        assertThat(answer.headers().get("grpc-accept-encoding")).isEqualTo("identity,gzip,zstd");
        assertThat(statusMessage(answer)).contains("snappy");
    }

    @Test
    void aCompressedFlagWithoutAnEncodingIsInternal() {
        assertFailed(call(EXPORT, frame(1, new byte[] {1})), 13);
    }

    @Test
    void brokenFramesAreInternalAndSayHow() {
        assertThat(statusMessage(assertFailed(call(EXPORT, new byte[0]), 13))).contains("without a message");
        assertThat(statusMessage(assertFailed(call(EXPORT, new byte[] {0, 0}), 13)))
                .contains("head");
        assertThat(statusMessage(assertFailed(call(EXPORT, new byte[] {0, 0, 0, 0, 9, 1}), 13)))
                .contains("9 bytes");
        assertThat(statusMessage(assertFailed(call(EXPORT, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), 13)))
                .contains("one message");
        assertThat(statusMessage(assertFailed(call(EXPORT, frame(7, new byte[0])), 13)))
                .contains("flag");
    }

    @Test
    void unknownMethodsAreUnimplementedEvenWhileTheCallerStillSends() {
        HttpRequestWriter open =
                HttpRequest.streaming(headers("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
                        .build());
        open.write(HttpData.wrap(frame(0, new byte[] {1})));
        AggregatedHttpResponse answer = client.execute(open).aggregate().join();
        assertFailed(answer, 12);
        assertThat(statusMessage(answer)).contains(EXPORT);
        open.close();
    }

    @Test
    void aMessageOfTheLimitIsTakenAndOneByteMoreIsNot() {
        byte[] filler = new byte[LIMIT - 5];
        byte[] message = ByteBuffer.allocate(LIMIT)
                .put(new byte[] {15 << 3 | 2, (byte) 0xfb, (byte) 0xff, (byte) 0xff, 31})
                .put(filler)
                .array();
        assertThat(call(EXPORT, frame(0, message)).trailers().get("grpc-status"))
                .isEqualTo("0");
        AggregatedHttpResponse answer = call(EXPORT, frame(0, new byte[LIMIT + 1]));
        assertFailed(answer, 8);
        assertThat(statusMessage(answer)).contains(Integer.toString(LIMIT));
    }

    @Test
    void theLimitCountsAfterDecompressionToo() {
        byte[] bomb = Requests.compressed("zstd", new byte[LIMIT + 1]);
        assertFailed(call(EXPORT, frame(1, bomb), "grpc-encoding", "zstd"), 8);
    }

    @Test
    void aBusyServerIsUnavailableAndSaysWhenToRetry() throws Exception {
        // Nothing of the requests before is held any more, so that nothing comes back meanwhile.
        await().atMost(Duration.ofMinutes(2))
                .until(() -> server.server().budget().used() == 0);
        long all = server.server().budget().limit();
        assertThat(server.server().budget().tryAcquire(all)).isTrue();
        try {
            AggregatedHttpResponse answer =
                    call(EXPORT, frame(0, Requests.one(1, 1).toByteArray()));
            assertFailed(answer, 14);
            Any info = details(answer).getDetails(0);
            assertThat(info.unpack(RetryInfo.class).getRetryDelay().getSeconds())
                    .isEqualTo(1);
        } finally {
            server.server().budget().release(all);
        }
    }

    private static AggregatedHttpResponse assertFailed(AggregatedHttpResponse answer, int status) {
        assertThat(answer.status().code()).isEqualTo(200);
        assertThat(answer.headers().get("grpc-status")).isEqualTo(Integer.toString(status));
        return answer;
    }

    private static String statusMessage(AggregatedHttpResponse answer) {
        return URLDecoder.decode(answer.headers().get("grpc-message", "").replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Status details(AggregatedHttpResponse answer) throws InvalidProtocolBufferException {
        return Status.parseFrom(Base64.getDecoder().decode(answer.headers().get("grpc-status-details-bin", "")));
    }

    private static ExportTraceServiceResponse message(AggregatedHttpResponse answer)
            throws InvalidProtocolBufferException {
        ByteBuffer frame = ByteBuffer.wrap(answer.content().array());
        assertThat(frame.get()).isZero();
        assertThat(frame.getInt()).isEqualTo(frame.remaining());
        return ExportTraceServiceResponse.parseFrom(frame);
    }

    private static byte[] frame(int flag, byte[] message) {
        return ByteBuffer.allocate(5 + message.length)
                .put((byte) flag)
                .putInt(message.length)
                .put(message)
                .array();
    }

    private static WebClient client(Door door) {
        return WebClient.builder("h2c://127.0.0.1:" + server.port(door))
                .factory(clients)
                .responseTimeout(Duration.ofMinutes(2))
                .writeTimeout(Duration.ofMinutes(2))
                .maxResponseLength(0)
                .build();
    }

    private static RequestHeadersBuilder headers(String method) {
        return RequestHeaders.builder(HttpMethod.POST, method)
                .add("content-type", "application/grpc")
                .add("te", "trailers");
    }

    private static AggregatedHttpResponse call(String method, byte[] body, String... headers) {
        RequestHeadersBuilder head = headers(method);
        for (int i = 0; i < headers.length; i += 2) {
            head.add(headers[i], headers[i + 1]);
        }
        return client.execute(HttpRequest.of(head.build(), HttpData.wrap(body)))
                .aggregate()
                .join();
    }
}

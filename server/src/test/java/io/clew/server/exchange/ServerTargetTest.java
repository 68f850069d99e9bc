package io.clew.server.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.server.exchange.Exchanged.Caught;
import io.clew.server.life.Requests;
import io.clew.store.kit.Spans;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Importing into a server that is busy, that refuses, and that dies in the middle. */
class ServerTargetTest {
    @TempDir
    Path scratch;

    private Path frames(int count) throws IOException {
        Path file = scratch.resolve("spans.pb");
        try (var out = Files.newOutputStream(file)) {
            for (long trace = 1; trace <= count; trace++) {
                byte[] message = Requests.one(trace, trace).toByteArray();
                Frames.write(message, 0, message.length, out);
            }
        }
        return file;
    }

    /** Answers each request as {@code answer} says for its number, from 1; below 0 by closing. */
    private static HttpServer server(java.util.function.IntUnaryOperator answer, Set<Integer> taken)
            throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AtomicInteger requests = new AtomicInteger();
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/traces", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int status = answer.applyAsInt(requests.incrementAndGet());
            if (status < 0) {
                exchange.close();
                return;
            }
            if (status == 200) {
                taken.add(java.util.Arrays.hashCode(body));
            }
            exchange.getResponseHeaders().add("Retry-After", "0");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static URI uri(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Test
    void whatABusyServerRefusesIsSentAgain() throws IOException {
        Set<Integer> taken = ConcurrentHashMap.newKeySet();
        HttpServer server = server(n -> n % 3 == 1 ? 503 : n % 7 == 2 ? 429 : 200, taken);
        Caught err = new Caught();
        try (ServerTarget target = new ServerTarget(uri(server), () -> 0, Duration.ofSeconds(20))) {
            Import run = new Import(target, err);
            run.files(
                    List.of(frames(50)),
                    ImportState.read(scratch.resolve("state"), target.name(), 0),
                    ExportedFiles.none());
            assertThat(run.spans()).isEqualTo(50);
            assertThat(run.unreadable()).isZero();
        } finally {
            server.stop(0);
        }
        assertThat(taken).hasSize(50);
        assertThat(err.text()).isEmpty();
    }

    @Test
    void whatAServerCannotReadIsNamedAndSkipped() throws IOException {
        HttpServer server = server(n -> n == 2 ? 400 : 200, ConcurrentHashMap.newKeySet());
        Caught err = new Caught();
        try (ServerTarget target = new ServerTarget(uri(server), () -> 0, Duration.ofSeconds(20))) {
            Import run = new Import(target, err);
            run.files(
                    List.of(frames(20)),
                    ImportState.read(scratch.resolve("state"), target.name(), 0),
                    ExportedFiles.none());
            assertThat(run.spans()).isEqualTo(19);
            assertThat(run.unreadable()).isEqualTo(1);
        } finally {
            server.stop(0);
        }
        assertThat(err.text()).containsPattern("spans\\.pb message \\d+: the server answered 400");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsRefusedOfAMessageThatIsTakenIsCountedWithTheServersWords(boolean json) throws Exception {
        ExportTraceServiceResponse partial = ExportTraceServiceResponse.newBuilder()
                .setPartialSuccess(ExportTracePartialSuccess.newBuilder()
                        .setRejectedSpans(3)
                        .setErrorMessage("too old"))
                .build();
        byte[] said = json
                ? "{\"partialSuccess\":{\"rejectedSpans\":\"3\",\"errorMessage\":\"too old\"}}".getBytes(UTF_8)
                : partial.toByteArray();
        Caught err = new Caught();
        Caught out = new Caught();
        HttpServer server = saying(json ? "application/json; charset=utf-8" : "application/x-protobuf", said);
        try {
            int code = new CommandLine(new ImportCommand(out, err))
                    .execute(file(json).toString(), "--endpoint", uri(server).toString());
            assertThat(code).isEqualTo(1);
        } finally {
            server.stop(0);
        }
        assertThat(out.text()).startsWith("imported 2 spans").contains("; 3 spans were refused");
        assertThat(err.text()).contains("3 of 5 spans are refused").contains("too old");
    }

    @ParameterizedTest
    @CsvSource({
        "application/x-protobuf, '', 0",
        "application/json, '{}', 0",
        "application/json, '{\"partialSuccess\":{}}', 0",
        "application/json, '{\"partialSuccess\":{\"rejectedSpans\":0,\"errorMessage\":\"slow down\"}}', 0",
        "text/html, '<html>welcome</html>', 1",
        "application/json, '[]', 1",
        "application/x-protobuf, '<html>', 1",
    })
    void onlyAnAnswerOfOtlpIsASuccess(String type, String said, int code) throws Exception {
        Caught err = new Caught();
        HttpServer server = saying(type, said.getBytes(UTF_8));
        try {
            assertThat(new CommandLine(new ImportCommand(new Caught(), err))
                            .execute(
                                    file(false).toString(),
                                    "--endpoint",
                                    uri(server).toString()))
                    .as(err.text())
                    .isEqualTo(code);
        } finally {
            server.stop(0);
        }
        assertThat(err.text().contains("not as a server of OTLP does")).isEqualTo(code == 1);
    }

    /** Five spans in one message. */
    private Path file(boolean json) throws IOException {
        SpanBatch batch = new SpanBatch();
        Spans spans = new Spans(batch, "shop");
        for (int i = 1; i <= 5; i++) {
            spans.add(new TraceId(1, i), 1, 0, "op", Requests.START, Requests.START + 5);
        }
        Path file = scratch.resolve(json ? "five.jsonl" : "five.pb");
        try (OutputStream out = Files.newOutputStream(file)) {
            new ChunkWriter(json ? Format.OTLP_JSON : Format.OTLP_PROTO).write(new SpanChunk(batch, null, 5), out);
        }
        return file;
    }

    /** Takes everything and says this. */
    private static HttpServer saying(String type, byte[] said) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Content-Type", type);
            exchange.sendResponseHeaders(200, said.length == 0 ? -1 : said.length);
            exchange.getResponseBody().write(said);
            exchange.close();
        });
        server.start();
        return server;
    }

    @Test
    void anImportThatWasBrokenOffGoesOnWithoutSendingTwice() throws IOException {
        Path file = frames(200);
        Path place = ImportState.place(file);
        Set<Integer> first = ConcurrentHashMap.newKeySet();
        Set<Integer> second = ConcurrentHashMap.newKeySet();
        HttpServer dying = server(n -> n <= 120 ? 200 : -1, first);
        URI address = uri(dying);
        try (ServerTarget target = new ServerTarget(address, () -> 7, Duration.ZERO)) {
            ImportState state = ImportState.read(place, "the server", 0);
            Import run = new Import(target, new Caught());
            assertThat(org.assertj.core.api.Assertions.catchThrowable(
                            () -> run.files(List.of(file), state, ExportedFiles.none())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("does not answer");
            state.write(7);
        } finally {
            dying.stop(0);
        }
        HttpServer alive = server(_ -> 200, second);
        try (ServerTarget target = new ServerTarget(uri(alive), () -> 7, Duration.ofSeconds(20))) {
            Import run = new Import(target, new Caught());
            run.files(List.of(file), ImportState.read(place, "the server", 7), ExportedFiles.none());
            // What was under way when it broke off may have arrived; nothing acknowledged in order is sent again.
            assertThat(run.skipped()).isBetween(105L, 120L);
            assertThat(run.spans()).isEqualTo(200 - run.skipped());
            first.addAll(second);
            assertThat(first).hasSize(200);
            assertThat(ImportState.read(place, "another", 7).reached(file).messages())
                    .isZero();
            assertThat(ImportState.read(place, "the server", 6).reached(file).messages())
                    .as("a store that lost spans is filled again")
                    .isZero();
        } finally {
            alive.stop(0);
        }
    }
}

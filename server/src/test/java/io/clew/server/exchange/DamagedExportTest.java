package io.clew.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.server.exchange.Exchanged.Caught;
import io.clew.server.life.EmbeddedStoreOpener;
import io.clew.server.life.RunningServer;
import io.clew.server.net.Door;
import io.clew.store.TraceStore;
import io.clew.store.kit.Spans;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** An export while one of two blocks cannot be opened: what can be read comes out, and it is never taken for all. */
class DamagedExportTest {
    private static final long T = 1_790_000_000_000_000_000L;
    private static final String BLOCK = "block-0000000000000001.clew";
    private static final int LOST = 5;
    private static final int READABLE = 7;

    @TempDir
    Path scratch;

    private final Caught out = new Caught();
    private final Caught err = new Caught();

    @Test
    void withoutAServerTheCommandNamesThePlaceAndFails() throws IOException {
        Path data = Files.createDirectory(scratch.resolve("data"));
        damaged(data);
        exports(data);
    }

    @Test
    void throughAServerTheCommandDoesTheSame() throws IOException {
        try (RunningServer server = server()) {
            exports(server.server().config().dataDirectory());
        }
    }

    @Test
    void aClientSeesThatTheStreamIsNotWhole() throws Exception {
        try (RunningServer server = server();
                HttpClient client = HttpClient.newHttpClient()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port(Door.UI))) {
                socket.getOutputStream()
                        .write("GET /clew/api/v1/store/export HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).startsWith("HTTP/1.1 200").containsIgnoringCase("transfer-encoding: chunked");
                assertThat(answer.split("\"traceId\"", -1)).hasSize(READABLE + 1);
                assertThat(answer).doesNotEndWith("\r\n0\r\n\r\n");
            }
            HttpResponse<InputStream> answer = client.send(
                    HttpRequest.newBuilder(server.uri(Door.UI, "/clew/api/v1/store/export?format=otlp-proto"))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.statusCode()).isEqualTo(200);
            try (InputStream body = answer.body()) {
                assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
            }
        }
    }

    /** To a directory, twice; to a file; to the standard output. */
    private void exports(Path data) throws IOException {
        Path directory = scratch.resolve("out");
        for (int run = 1; run <= 2; run++) {
            assertFails(data, directory);
            JsonNode state = new ObjectMapper().readTree(Files.readString(directory.resolve("EXPORT.json")));
            assertThat(state.get("complete").asBoolean()).isFalse();
            assertThat(state.get("traces").asInt()).isEqualTo(READABLE);
            assertThat(state.get("missed").get(0).asText()).contains(BLOCK);
        }
        Path file = scratch.resolve("one.jsonl");
        assertFails(data, file);
        assertThat(out.text()).contains(READABLE + " spans of " + READABLE + " traces");
        String before = out.text();
        assertFails(data, "-");
        assertThat(out.text().substring(before.length())).isEqualTo(Files.readString(file));
    }

    private void assertFails(Path data, Object to) {
        int told = err.text().length();
        int code =
                new CommandLine(new ExportCommand(out, err)).execute("--data", data.toString(), "--to", to.toString());
        String said = err.text().substring(told);
        assertThat(code).as(said).isEqualTo(1);
        assertThat(said).contains(BLOCK).contains("is damaged at offset").contains("clew store repair");
    }

    private static RunningServer server() {
        return RunningServer.over(config -> {
            damaged(config.dataDirectory());
            return new EmbeddedStoreOpener().open(config);
        });
    }

    private static void damaged(Path data) throws IOException {
        try (OfflineStore store = OfflineStore.open(data)) {
            append(store.embedded(), 1, LOST);
            store.embedded().flush();
            append(store.embedded(), 100, READABLE);
        }
        Path block = data.resolve(BLOCK);
        byte[] bytes = Files.readAllBytes(block);
        bytes[bytes.length - 2] ^= 1;
        Files.write(block, bytes);
    }

    private static void append(TraceStore store, int first, int count) {
        Spans spans = new Spans(new SpanBatch(), "shop");
        for (int i = first; i < first + count; i++) {
            spans.add(new TraceId(1, i), 1, 0, "op", T + i, T + i + 5);
        }
        store.append(spans.batch(), null, DecodeLimits.DEFAULT, new Refusals()).join();
    }
}

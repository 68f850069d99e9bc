package io.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import io.clew.server.life.Requests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty decompression bombs at once against a server in a small heap: it refuses them all and goes on. */
class BombTest {
    private static final int BOMBS = 20;

    @TempDir
    private Path scratch;

    @Test
    void bombsAreRefusedWithinTheBudget() throws IOException {
        byte[] gzip = bomb(GZIPOutputStream::new);
        byte[] zstd = bomb(ZstdOutputStream::new);
        assertThat(zstd.length).isLessThan(1 << 20);
        try (ServerProcess server = ServerProcess.up(scratch.resolve("data"), List.of("-Xmx160m"));
                HttpClient client = HttpClient.newHttpClient()) {
            URI traces = URI.create("http://127.0.0.1:" + server.port("OTLP HTTP") + "/v1/traces");
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < BOMBS; i++) {
                HttpRequest bomb = HttpRequest.newBuilder(traces)
                        .header("Content-Type", "application/x-protobuf")
                        .header("Content-Encoding", i % 2 == 0 ? "gzip" : "zstd")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(i % 2 == 0 ? gzip : zstd))
                        .build();
                answers.add(client.sendAsync(bomb, HttpResponse.BodyHandlers.ofString()));
            }
            // 413: too large for good; 503: no memory for it now, which is true of all but the first.
            assertThat(answers)
                    .extracting(answer -> answer.join().statusCode())
                    .allMatch(code -> code == 413 || code == 503);
            assertThat(server.postSpans(Requests.one(1, 1).toByteArray()).statusCode())
                    .isEqualTo(200);
            assertThat(server.get("/clew/api/v1/status").body()).contains("\"spansStored\":1");
            assertThat(server.terminate()).isZero();
        }
    }

    private interface Compression {
        OutputStream over(OutputStream out) throws IOException;
    }

    /** 200 MiB of zeros. */
    private static byte[] bomb(Compression compression) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] zeros = new byte[1 << 20];
        try (OutputStream out = compression.over(bytes)) {
            for (int i = 0; i < 200; i++) {
                out.write(zeros);
            }
        }
        return bytes.toByteArray();
    }
}

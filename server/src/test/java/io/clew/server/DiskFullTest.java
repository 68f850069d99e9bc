package io.clew.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clew.server.life.Requests;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real server on a real disk that something else fills to the last byte: what arrives is refused and asked for again,
 * reading goes on, retention and deletion still make room, and once there is room the server needs nobody to go on.
 */
class DiskFullTest {
    private static final int SPANS_PER_REQUEST = 1000;
    private static final Duration AGE = Duration.ofSeconds(6);
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(3);

    @TempDir
    private Path scratch;

    private Mounted disk;
    private Path data;
    private Path filler;
    private final SplittableRandom random = new SplittableRandom(20260101);
    private final List<Long> acknowledged = new ArrayList<>();
    private long next = 1;

    @BeforeEach
    void mount() throws IOException {
        disk = Mounted.tmpfs(scratch.resolve("disk"), "size=40m");
        data = disk.path();
        filler = disk.path().resolve("filler");
    }

    @AfterEach
    void unmount() throws IOException {
        disk.close();
    }

    @Test
    void itRefusesReadsAndRecoversAlone() throws IOException {
        try (ServerProcess server = up()) {
            send(server, 20);
            fillDisk();
            HttpResponse<String> refused = sendUntilRefused(server);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(server.get("/clew/api/v1/status").body()).contains("\"writable\":false", "no space left");
            assertThat(server.get("/ready").statusCode()).isEqualTo(503);
            assertAllThere(server);

            Files.delete(filler);
            await().atMost(LONG_ENOUGH).until(() -> sendOne(server).statusCode() == 200);
            assertThat(server.get("/ready").statusCode()).isEqualTo(200);
            await().atMost(LONG_ENOUGH)
                    .until(() -> server.get("/clew/api/v1/status").body().contains("\"trouble\":null"));
            send(server, 20);
            assertAllThere(server);
            assertThat(data.resolve("reserve")).hasSize(256 << 10);
        }
    }

    /** Of what it has itself written, too: the server is the one that fills the disk. */
    @Test
    void itStartsOnAFullDiskAfterKillWithEverythingThere() throws IOException {
        try (ServerProcess server = up()) {
            sendUntilRefused(server);
        }
        fillDisk();
        try (ServerProcess server = up()) {
            assertAllThere(server);
            sendUntilRefused(server);
            assertThat(server.terminate()).isZero();
        }
        try (ServerProcess server = up()) {
            assertAllThere(server);
        }
    }

    @Test
    void retentionByAgeMakesRoom() throws IOException {
        try (ServerProcess server = up("--retention-max-age=" + AGE.toSeconds() + "s")) {
            send(server, 60);
            awaitFlushed(server);
            fillDisk();
            sendUntilRefused(server);
            // The filler stays: room comes from what has become too old.
            await().atMost(LONG_ENOUGH).until(() -> found(server, acknowledged.getFirst()) == 404);
            await().atMost(LONG_ENOUGH).until(() -> keepsWhatIsNotTooOld(server));
        }
    }

    /** Sends a trace; false when it was refused, or is gone because it has become too old before it was asked for. */
    private boolean keepsWhatIsNotTooOld(ServerProcess server) {
        long sent = System.nanoTime();
        if (sendOne(server).statusCode() != 200) {
            return false;
        }
        boolean there = found(server, acknowledged.getLast()) == 200;
        if (System.nanoTime() - sent < AGE.toNanos()) {
            assertThat(there).as("a trace younger than %s", AGE).isTrue();
        }
        return there;
    }

    @Test
    void retentionByBytesMakesRoom() throws IOException {
        threeBlocks();
        fillDisk();
        try (ServerProcess server = up("--retention-max-bytes=1MiB")) {
            await().atMost(LONG_ENOUGH).until(() -> found(server, acknowledged.getFirst()) == 404);
            await().atMost(LONG_ENOUGH).until(() -> sendOne(server).statusCode() == 200);
            assertThat(found(server, acknowledged.getLast())).isEqualTo(200);
        }
    }

    @Test
    void deletionMakesRoom() throws IOException {
        threeBlocks();
        try (ServerProcess server = up()) {
            fillDisk();
            long kept = acknowledged.getLast();
            for (int i = 0; i < acknowledged.size() - 1; i++) {
                assertThat(server.delete("/clew/api/v1/traces/" + Requests.traceId(acknowledged.get(i)))
                                .statusCode())
                        .isEqualTo(200);
            }
            assertThat(found(server, acknowledged.getFirst())).isEqualTo(404);
            await().atMost(LONG_ENOUGH).until(() -> sendOne(server).statusCode() == 200);
            assertThat(found(server, kept)).isEqualTo(200);
        }
    }

    /**
     * Sixty traces in three blocks, each written when its server stops: blocks that go whole need no room. However slow the
     * machine, there are not so many of them that they are united.
     */
    private void threeBlocks() {
        for (int block = 0; block < 3; block++) {
            try (ServerProcess server = ServerProcess.up(data, List.of(), "--store-chunk-age=1h")) {
                send(server, 20);
                assertThat(server.terminate()).isZero();
            }
        }
    }

    private ServerProcess up(String... more) {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.add("--store-chunk-age=1s");
        return ServerProcess.up(data, List.of(), arguments.toArray(String[]::new));
    }

    /** To the last byte. */
    private void fillDisk() throws IOException {
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] bytes = new byte[4096];
            while (true) {
                out.write(bytes);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private void send(ServerProcess server, int requests) {
        for (int i = 0; i < requests; i++) {
            assertThat(sendOne(server).statusCode()).isEqualTo(200);
        }
    }

    private HttpResponse<String> sendUntilRefused(ServerProcess server) {
        HttpResponse<String> last = sendOne(server);
        for (int i = 0; i < 2000 && last.statusCode() == 200; i++) {
            last = sendOne(server);
        }
        return last;
    }

    /** One trace that no compression makes smaller than 60 KiB or so. */
    private HttpResponse<String> sendOne(ServerProcess server) {
        long trace = next++;
        Span[] spans = new Span[SPANS_PER_REQUEST];
        byte[] value = new byte[64];
        for (int i = 0; i < spans.length; i++) {
            random.nextBytes(value);
            spans[i] = Requests.span(trace, random.nextLong() | 1)
                    .addAttributes(Requests.text("random", HexFormat.of().formatHex(value)))
                    .build();
        }
        HttpResponse<String> answer =
                server.postSpans(Requests.of("shop", spans).toByteArray());
        if (answer.statusCode() == 200) {
            acknowledged.add(trace);
        }
        return answer;
    }

    private void assertAllThere(ServerProcess server) {
        for (long trace : acknowledged) {
            assertThat(found(server, trace)).as("trace " + trace).isEqualTo(200);
        }
        assertThat(server.get("/clew/api/v1/status").body())
                .contains("\"tracesStored\":" + acknowledged.size())
                .contains("\"spansStored\":" + acknowledged.size() * SPANS_PER_REQUEST);
    }

    private static int found(ServerProcess server, long trace) {
        return server.get("/clew/api/v1/traces/" + Requests.traceId(trace)).statusCode();
    }

    private static void awaitFlushed(ServerProcess server) {
        await().atMost(LONG_ENOUGH)
                .until(() -> server.get("/clew/api/v1/status").body().contains("\"unflushedBytes\":0"));
    }
}

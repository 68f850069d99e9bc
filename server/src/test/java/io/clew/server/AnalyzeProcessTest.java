package io.clew.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clew.server.life.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code clew analyze} as it is called from a shell, on a running server, and interrupted in the middle. */
class AnalyzeProcessTest {
    /** Says where it is by making a file, and then waits for another. */
    private static final String SLOW = """
            import io.clew.analysis.job.*;
            import java.nio.file.*;
            import java.util.List;

            class Slow implements TraceJob.PerTrace {
                public List<Column> columns() {
                    return List.of(Column.text("trace"));
                }

                public void visit(WholeTrace trace, Rows rows) throws Exception {
                    Files.writeString(Path.of("STARTED"), "");
                    while (!Files.exists(Path.of("GO"))) {
                        Thread.sleep(10);
                    }
                    rows.add(trace.id());
                }
            }
            """;

    @TempDir
    Path scratch;

    @Test
    void interruptedItLeavesNeitherAFileNorTheServersCopy() throws IOException {
        Path data = scratch.resolve("data");
        Path started = scratch.resolve("started");
        Path go = scratch.resolve("go");
        Path source = Files.writeString(
                scratch.resolve("Slow.java"),
                SLOW.replace("STARTED", started.toString()).replace("GO", go.toString()));
        Path results = Files.createDirectory(scratch.resolve("results"));
        Path file = results.resolve("rows.csv");
        try (ServerProcess server = ServerProcess.up(data, List.of())) {
            assertThat(server.postSpans(Requests.one(1, 1).toByteArray()).statusCode())
                    .isEqualTo(200);
            try (ServerProcess analyze = ServerProcess.start(
                    scratch,
                    List.of(),
                    "analyze",
                    source.toString(),
                    "--from",
                    "2026-01-01",
                    "--data",
                    data.toString(),
                    "--out",
                    file.toString())) {
                await().atMost(Duration.ofMinutes(3))
                        .until(() -> Files.exists(started) || analyze.output().contains("clew:"));
                assertThat(started).as(analyze.output()).exists();
                assertThat(count(results)).as("what is being written").isEqualTo(1);
                assertThat(count(data.resolve("snapshots"))).isEqualTo(1);
                analyze.interrupt();
                await().atMost(Duration.ofMinutes(3))
                        .until(() -> analyze.output().contains("clew: stopping"));
                // The trace at hand is seen to its end.
                Files.writeString(go, "");
                assertThat(analyze.exitCode()).as(analyze.output()).isEqualTo(128 + 15);
                assertThat(analyze.output()).contains("clew: stopped; nothing is written");
            }
            assertThat(count(results)).isZero();
            assertThat(count(data.resolve("snapshots"))).isZero();
            ServerProcess again = ServerProcess.start(
                    scratch,
                    List.of(),
                    "analyze",
                    source.toString(),
                    "--from",
                    "-99999d",
                    "--data",
                    data.toString(),
                    "--out",
                    file.toString());
            assertThat(again.exitCode()).as(again.output()).isZero();
            assertThat(Files.readString(file)).isEqualTo("trace\n" + Requests.traceId(1) + "\n");
            assertThat(server.terminate()).isZero();
        }
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }
}

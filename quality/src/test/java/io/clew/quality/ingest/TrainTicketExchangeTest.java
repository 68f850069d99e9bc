package io.clew.quality.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clew.ingest.TrainTicket;
import io.clew.quality.crash.ServerProcess;
import io.clew.server.exchange.ExportCommand;
import io.clew.server.exchange.ImportCommand;
import io.clew.store.StoreStats;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** All of Train-Ticket imported, exported by the running server in each format, and imported again: the same counts. */
class TrainTicketExchangeTest {
    @TempDir
    Path scratch;

    /** This class path is the server's and the tests'. */
    @Test
    void theServerDoesNotCarryDuckDb() {
        assertThat(getClass().getClassLoader().getResource("org/duckdb/DuckDBDriver.class"))
                .isNull();
    }

    @Test
    void everyFormatBringsEverySpanBack() throws Exception {
        Path files = Files.createDirectory(scratch.resolve("files"));
        for (String file : TrainTicket.FILES) {
            Files.write(files.resolve(file), TrainTicket.gzip(file));
        }
        Path data = scratch.resolve("data");
        ok(new ImportCommand(), files, "--data", data);
        check(data);
        try (ServerProcess server = ServerProcess.start(data)) {
            for (String format : List.of("otlp-json", "otlp-proto", "parquet")) {
                ok(new ExportCommand(), "--data", data, "--to", scratch.resolve(format), "--format", format);
            }
            JsonNode status = server.getJson("/clew/api/v1/status");
            assertThat(status.path("spansStored").asLong()).isEqualTo(TrainTicket.SPANS);
            assertThat(status.path("tracesStored").asLong()).isEqualTo(TrainTicket.TRACES);
        }
        for (String format : List.of("otlp-json", "otlp-proto", "parquet")) {
            Path again = scratch.resolve("again-" + format);
            ok(new ImportCommand(), scratch.resolve(format), "--data", again);
            check(again);
        }
        assertThat(spansByService(scratch.resolve("parquet"))).isEqualTo(TrainTicket.spansByService());
    }

    private static void ok(Object command, Object... arguments) {
        String[] texts = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
        assertThat(new CommandLine(command).execute(texts)).isZero();
    }

    private static void check(Path data) throws IOException {
        try (EmbeddedStore store = EmbeddedStore.open(StoreSettings.of(new DiskFiles(), data, List.of()))) {
            StoreStats stats = store.stats();
            assertThat(stats.spansStored()).isEqualTo(TrainTicket.SPANS);
            assertThat(stats.tracesStored()).isEqualTo(TrainTicket.TRACES);
        }
    }

    /** By the command in a process of its own. */
    private static Map<String, Integer> spansByService(Path parquet) throws Exception {
        Process sql = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.clew.server.Main",
                        "sql",
                        "select service, count(*) from spans group by 1",
                        "--format",
                        "csv",
                        "--from",
                        parquet.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String csv = new String(sql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(sql.waitFor()).isZero();
        Map<String, Integer> counts = new TreeMap<>();
        csv.lines().skip(1).forEach(line -> {
            int comma = line.lastIndexOf(',');
            counts.put(line.substring(0, comma), Integer.valueOf(line.substring(comma + 1)));
        });
        return counts;
    }
}

package io.clew.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.server.exchange.Exchanged.Caught;
import io.clew.server.life.EmbeddedStoreOpener;
import io.clew.server.life.Requests;
import io.clew.server.life.RunningServer;
import io.clew.server.net.Door;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The commands, on a directory that is free and through the server that has it: both ways do the same. Some lines over 500, since
 * all are given the same stores and held against each other.
 */
class CommandsTest {
    @TempDir
    Path scratch;

    private final Caught out = new Caught();
    private final Caught err = new Caught();

    private int run(BiFunction<PrintStream, PrintStream, Callable<Integer>> command, Object... arguments) {
        String[] texts = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
        return new CommandLine(command.apply(out, err)).execute(texts);
    }

    private Path newDirectory(String name) throws IOException {
        return Files.createDirectory(scratch.resolve(name));
    }

    /** A directory with a store of random spans, and the same spans in a model. */
    private Path stored(String name, SpanBatch spans) throws IOException {
        Path directory = newDirectory(name);
        try (OfflineStore store = OfflineStore.open(directory)) {
            Exchanged.append(store.embedded(), spans);
        }
        return directory;
    }

    @Test
    void whatIsExportedByAServerOrWithoutIsTheSameAndIsImportedByBoth() throws IOException {
        SpanBatch spans = Exchanged.overTheWire(new RandomSpans(11).oddities(0).batch(800));
        try (RunningServer server = RunningServer.over(new EmbeddedStoreOpener())) {
            Path served = server.server().config().dataDirectory();
            Path offline = stored("offline", spans);
            for (String format : List.of("otlp-json", "otlp-proto", "parquet")) {
                Path files = scratch.resolve("from-offline-" + format);
                assertThat(run(ExportCommand::new, "--data", offline, "--to", files, "--format", format))
                        .as(err.text())
                        .isZero();
                assertThat(run(ImportCommand::new, files, "--data", served))
                        .as(err.text())
                        .isZero();
                assertThat(files.resolve(".clew-import.json")).doesNotExist();
            }
            for (String format : List.of("otlp-json", "otlp-proto", "parquet")) {
                Path files = scratch.resolve("from-server-" + format);
                assertThat(run(ExportCommand::new, "--data", served, "--to", files, "--format", format))
                        .as(err.text())
                        .isZero();
                Path again = newDirectory("again-" + format);
                assertThat(run(ImportCommand::new, files, "--data", again))
                        .as(err.text())
                        .isZero();
                try (OfflineStore one = OfflineStore.open(again);
                        OfflineStore other = OfflineStore.open(offline)) {
                    assertThat(one.embedded().stats().spansStored())
                            .isEqualTo(other.embedded().stats().spansStored());
                    Exchanged.assertSame(one.embedded(), other.embedded(), Exchanged.ids(spans));
                }
            }
            assertThat(run(
                            ExportCommand::new,
                            "--data",
                            served,
                            "--to",
                            scratch.resolve("from-server-parquet"),
                            "--format",
                            "parquet"))
                    .isZero();
            assertThat(out.text()).contains("this export is complete already");
        }
    }

    @Test
    void tracesAreDeletedFromFilesAndThroughTheServer() throws IOException {
        SpanBatch spans = Exchanged.overTheWire(new RandomSpans(12).oddities(0).batch(300));
        List<TraceId> all = List.copyOf(Exchanged.ids(spans));
        try (RunningServer server = RunningServer.over(config -> {
            try (OfflineStore store = OfflineStore.open(config.dataDirectory())) {
                Exchanged.append(store.embedded(), spans);
            }
            return new EmbeddedStoreOpener().open(config);
        })) {
            for (Path data :
                    List.of(stored("offline", spans), server.server().config().dataDirectory())) {
                assertThat(run(DeleteCommand::new, "--data", data, all.get(0), all.get(1), "abc"))
                        .as(err.text())
                        .isZero();
                assertThat(out.text()).endsWith("2 traces deleted\n");
                assertThat(err.text()).endsWith("clew: there is no trace 00000000000000000000000000000abc\n");
                assertThat(run(DeleteCommand::new, "--data", data, "--query", "{}", "--dry-run"))
                        .isZero();
                assertThat(out.text()).endsWith((all.size() - 2) + " traces match\n");
                assertThat(run(DeleteCommand::new, "--data", data, "--query", "{}", "--start", "2100-01-01"))
                        .isZero();
                assertThat(out.text()).endsWith("0 traces deleted\n");
                assertThat(run(DeleteCommand::new, "--data", data, "--query", "{}"))
                        .as(err.text())
                        .isZero();
                assertThat(out.text()).endsWith((all.size() - 2) + " traces deleted\n");
                assertThat(run(DeleteCommand::new, "--data", data)).isEqualTo(2);
                assertThat(run(DeleteCommand::new, "--data", data, "--query", " "))
                        .isEqualTo(2);
                assertThat(run(DeleteCommand::new, "--data", data, "xyz")).isEqualTo(2);
                assertThat(err.text()).contains("hexadecimal").contains("read 'xyz'");
                assertThat(run(DeleteCommand::new, "--data", data, "--query", "{}", all.get(0)))
                        .isEqualTo(2);
            }
        }
        try (OfflineStore store = OfflineStore.open(scratch.resolve("offline"))) {
            assertThat(store.embedded().stats().tracesStored()).isZero();
            assertThat(store.embedded().stats().blocks()).isZero();
        }
    }

    @Test
    void aQueryAndAWindowChooseWholeTraces() throws IOException {
        try (RunningServer server = RunningServer.over(new EmbeddedStoreOpener())) {
            for (long trace = 1; trace <= 30; trace++) {
                long start = Requests.START + trace * 1_000_000_000L;
                server.post(
                        "/v1/traces",
                        Requests.of(
                                        trace % 3 == 0 ? "pay" : "cart",
                                        Requests.span(trace, 1)
                                                .setStartTimeUnixNano(start)
                                                .setEndTimeUnixNano(start + 5)
                                                .build(),
                                        Requests.span(trace, 2)
                                                .setName("other")
                                                .setStartTimeUnixNano(start)
                                                .setEndTimeUnixNano(start + 5)
                                                .build())
                                .toByteArray(),
                        "Content-Type",
                        "application/x-protobuf");
            }
            Path data = server.server().config().dataDirectory();
            Path file = scratch.resolve("some.jsonl.gz");
            assertThat(run(
                            ExportCommand::new,
                            "--data",
                            data,
                            "--to",
                            file,
                            "--query",
                            "{ resource.service.name = \"pay\" && name = \"other\" }",
                            "--start",
                            Requests.START + 6_000_000_000L,
                            "--end",
                            "2026-09-21T14:13:38Z"))
                    .as(err.text())
                    .isZero();
            // Of traces 6 to 18 every third, both spans of each.
            assertThat(out.text()).contains("10 spans of 5 traces");
            assertThat(run(ExportCommand::new, "--data", data, "--to", file)).isEqualTo(1);
            assertThat(err.text()).contains("some.jsonl.gz is there already");
            HttpResponse<String> lines = server.get("/clew/api/v1/store/export?format=otlp-json&q="
                    + java.net.URLEncoder.encode("{ resource.service.name = \"pay\" }", StandardCharsets.UTF_8));
            assertThat(lines.statusCode()).isEqualTo(200);
            int spans = 0;
            for (String line : lines.body().lines().toList()) {
                for (JsonNode resource : new ObjectMapper().readTree(line).path("resourceSpans")) {
                    spans += resource.at("/scopeSpans/0/spans").size();
                }
            }
            assertThat(spans).isEqualTo(20);
        }
    }

    @Test
    void theStandardOutputCarriesAnExportAndItsEndIsNoticed() throws IOException {
        Path data = stored("data", new RandomSpans(9).oddities(0).batch(50));
        assertThat(run(ExportCommand::new, "--data", data, "--to", "-")).isZero();
        assertThat(err.text()).contains("standard output starts over when it is interrupted");
        Path file = Files.writeString(scratch.resolve("piped.jsonl"), out.text());
        Path again = newDirectory("again");
        assertThat(run(ImportCommand::new, file, "--data", again)).isZero();
        try (OfflineStore one = OfflineStore.open(again);
                OfflineStore other = OfflineStore.open(data)) {
            assertThat(one.embedded().stats().spansStored())
                    .isEqualTo(other.embedded().stats().spansStored());
        }
        PrintStream closed = new PrintStream(java.io.OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
            @Override
            public boolean checkError() {
                return true;
            }
        };
        assertThat(new CommandLine(new ExportCommand(closed, err)).execute("--data", data.toString(), "--to", "-"))
                .isEqualTo(1);
        assertThat(err.text()).contains("the standard output was closed");
    }

    @Test
    void linesThatAreNoneAreNamedAndTheRestIsTaken() throws IOException {
        String good =
                "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"%032x\",\"spanId\":\"%016x\"}]}]}]}";
        Path file = Files.writeString(
                scratch.resolve("spans.jsonl"),
                String.join(
                        "\n",
                        good.formatted(1, 1),
                        "{\"resourceSpans\": [",
                        "",
                        good.formatted(2, 2) + "\r",
                        good.formatted(3, 0),
                        "hello",
                        good.formatted(4, 4)));
        Path data = scratch.resolve("not/yet");
        assertThat(run(ImportCommand::new, file, "--data", data)).isEqualTo(1);
        assertThat(err.text())
                .contains(file + ":2: ")
                .contains(file + ":5: 1 of 1 spans are refused")
                .contains(file + ":6: ")
                .doesNotContain("\tat ");
        assertThat(out.text()).contains("imported 3 spans").contains("2 messages could not be read");
        try (OfflineStore store = OfflineStore.open(data)) {
            assertThat(store.embedded().stats().tracesStored()).isEqualTo(3);
        }
    }

    @Test
    void filesOfEveryKindAreKnownByTheirContent() throws IOException {
        Path files = newDirectory("files");
        byte[] request = Requests.one(1, 1).toByteArray();
        Files.write(files.resolve("plain.pb"), request);
        Files.write(
                files.resolve("zipped.pb.gz"), Requests.gzip(Requests.one(2, 2).toByteArray()));
        Files.write(
                files.resolve("standard.bin.zst"),
                Requests.compressed("zstd", Requests.one(3, 3).toByteArray()));
        Files.writeString(files.resolve("pretty.json"), """
                {
                  "resourceSpans": [{"scopeSpans": [{"spans": [
                    {"traceId": "00000000000000000000000000000004", "spanId": "0000000000000004"}
                  ]}]}]
                }
                """);
        // As the Collector's file exporter writes with compression: the length, then each message a zstd frame.
        try (var out = Files.newOutputStream(files.resolve("collector.proto"))) {
            for (long trace = 5; trace <= 7; trace++) {
                byte[] message =
                        Requests.compressed("zstd", Requests.one(trace, trace).toByteArray());
                Frames.write(message, 0, message.length, out);
            }
        }
        Files.writeString(files.resolve("README.md"), "not spans");
        Files.write(files.resolve("cut.pb.gz"), java.util.Arrays.copyOf(Requests.gzip(request), 30));
        Path data = newDirectory("data");
        assertThat(run(ImportCommand::new, files, "--data", data)).isEqualTo(1);
        assertThat(err.text()).contains("cut.pb.gz message 1").doesNotContain("README");
        try (OfflineStore store = OfflineStore.open(data)) {
            assertThat(store.embedded().stats().tracesStored()).isEqualTo(7);
        }
    }

    @Test
    void statsSayTheSameWithAServerAndWithout() throws IOException {
        Path data = stored("data", new RandomSpans(3).batch(300));
        Path files = scratch.resolve("files");
        assertThat(run(ExportCommand::new, "--data", data, "--to", files)).isZero();
        try (RunningServer server = RunningServer.over(new EmbeddedStoreOpener())) {
            Path served = server.server().config().dataDirectory();
            assertThat(run(ImportCommand::new, files, "--data", served)).isZero();
            Path copy = scratch.resolve("copy");
            assertThat(run(SnapshotCommand::new, "--data", served, "--to", copy))
                    .isZero();
            JsonNode asked = stats(served);
            JsonNode read = stats(copy);
            for (String field : List.of("blocks", "parts", "columns", "unreadable")) {
                assertThat(asked.path(field)).as(field).isEqualTo(read.path(field));
            }
            assertThat(read.path("blocks").size()).isPositive();
            long parts = 0;
            for (JsonNode part : read.path("parts")) {
                parts += part.asLong();
            }
            long bytes = 0;
            for (JsonNode block : read.path("blocks")) {
                bytes += block.path("bytes").asLong();
            }
            assertThat(parts).isEqualTo(bytes);
        }
        assertThat(run(StatsCommand::new, "--data", data, "--columns")).isZero();
        assertThat(out.text()).contains("span attribute http.method", "first arrival", "spans only in the log");
        assertThat(run(StatsCommand::new, "--data", scratch.resolve("nothing"))).isEqualTo(2);
    }

    private JsonNode stats(Path data) throws IOException {
        Caught json = new Caught();
        assertThat(new CommandLine(new StatsCommand(json, err)).execute("--data", data.toString(), "--json"))
                .as(err.text())
                .isZero();
        return new ObjectMapper().readTree(json.text());
    }

    @Test
    void aSnapshotOpensAsAStore() throws IOException {
        try (RunningServer server = RunningServer.over(new EmbeddedStoreOpener())) {
            server.post("/v1/traces", Requests.one(1, 1).toByteArray(), "Content-Type", "application/x-protobuf");
            Path data = server.server().config().dataDirectory();
            assertThat(run(SnapshotCommand::new, "--data", data, "--to", scratch.resolve("deep/copy")))
                    .as(err.text())
                    .isZero();
            assertThat(out.text()).contains("1 spans of 1 traces");
            assertThat(run(SnapshotCommand::new, "--data", data, "--to", scratch.resolve("deep/copy")))
                    .isEqualTo(1);
            assertThat(err.text()).contains("not an empty directory");
            try (OfflineStore copy = OfflineStore.openExisting(scratch.resolve("deep/copy"))) {
                assertThat(copy.embedded().stats().spansStored()).isEqualTo(1);
            }
            assertThat(run(StatsCommand::new, "--data", data)).as(err.text()).isZero();
            HttpResponse<String> named = post(server, "?name=before-upgrade");
            assertThat(named.statusCode()).isEqualTo(200);
            assertThat(data.resolve("snapshots/before-upgrade/MANIFEST")).exists();
            assertThat(post(server, "?name=before-upgrade").statusCode()).isEqualTo(409);
            assertThat(post(server, "?name=../../etc").statusCode()).isEqualTo(400);
            assertThat(post(server, "?name=..").statusCode()).isEqualTo(400);
            assertThat(post(server, "").statusCode()).isEqualTo(200);
            HttpResponse<String> byAPage =
                    server.send(HttpRequest.newBuilder(server.uri(Door.UI, "/clew/api/v1/store/snapshot?name=evil"))
                            .header("Origin", "http://evil.example")
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build());
            assertThat(byAPage.statusCode()).isEqualTo(403);
            assertThat(data.resolve("snapshots/evil")).doesNotExist();
            assertThat(server.get("/clew/api/v1/store/snapshot?name=got").statusCode())
                    .isEqualTo(405);
        }
        Path offline = stored("offline", new RandomSpans(3).batch(30));
        assertThat(run(SnapshotCommand::new, "--data", offline)).as(err.text()).isZero();
        assertThat(offline.resolve("snapshots")).isNotEmptyDirectory();
        Path link = Files.createSymbolicLink(scratch.resolve("link"), offline);
        for (Path inside : List.of(
                offline.resolve("log"),
                offline.resolve("log/x"),
                offline.resolve("damaged"),
                offline.resolve("snapshots"),
                offline,
                link.resolve("new/x"))) {
            assertThat(run(SnapshotCommand::new, "--data", offline, "--to", inside))
                    .as(inside.toString())
                    .isEqualTo(2);
        }
        assertThat(err.text()).contains("where only snapshots/NAME is a place for a copy");
        assertThat(offline.resolve("new")).doesNotExist();
        assertThat(run(SnapshotCommand::new, "--data", offline, "--to", offline.resolve("snapshots/mine")))
                .as(err.text())
                .isZero();
    }

    private static HttpResponse<String> post(RunningServer server, String query) {
        return server.send(HttpRequest.newBuilder(server.uri(Door.UI, "/clew/api/v1/store/snapshot" + query))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    @Test
    void sqlCountsWhatIsStoredAndChangesNothing() throws IOException {
        Path data = stored("data", new RandomSpans(21).oddities(0.2).batch(500));
        Path parquet = scratch.resolve("parquet");
        assertThat(run(ExportCommand::new, "--data", data, "--to", parquet, "--format", "parquet"))
                .as(err.text())
                .isZero();
        long stored = new ObjectMapper()
                .readTree(Files.readString(parquet.resolve(ExportState.NAME)))
                .path("spans")
                .asLong();
        Caught csv = new Caught();
        assertThat(new CommandLine(new SqlCommand(csv, err))
                        .execute(
                                "select count(*) n, count(distinct trace_id) t from spans",
                                "--from",
                                parquet.toString(),
                                "--format",
                                "csv"))
                .as(err.text())
                .isZero();
        assertThat(csv.text()).startsWith("n,t\r\n" + stored + ",");
        assertThat(run(SqlCommand::new, "describe spans", "--from", parquet))
                .as(err.text())
                .isZero();
        assertThat(out.text()).contains("start_time", "TIMESTAMP_NS", "attributes", "MAP(VARCHAR, VARCHAR)");
        Caught json = new Caught();
        assertThat(new CommandLine(new SqlCommand(json, err))
                        .execute(
                                "select events, attributes from spans where len(events) > 0 order by span_id limit 3;",
                                "--from",
                                parquet.toString(),
                                "--format",
                                "json"))
                .as(err.text())
                .isZero();
        List<String> lines = json.text().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(new ObjectMapper()
                        .readTree(lines.getFirst())
                        .at("/events/0/name")
                        .isTextual())
                .isTrue();
        assertThat(run(SqlCommand::new, "select count(*) from events", "--from", parquet))
                .isZero();
        assertThat(run(SqlCommand::new, "select count(*) from links", "--from", parquet))
                .isZero();
        Path stolen = Files.writeString(scratch.resolve("secret.csv"), "a\n1\n");
        for (String bad : List.of(
                "select * from spanz",
                "selct 1",
                "drop view spans",
                "copy (select 1) to '" + scratch.resolve("made.csv") + "'",
                "select * from read_csv('" + stolen + "')",
                "set memory_limit = '8GB'",
                "install httpfs")) {
            Caught complaint = new Caught();
            assertThat(new CommandLine(new SqlCommand(out, complaint)).execute(bad, "--from", parquet.toString()))
                    .as(bad)
                    .isEqualTo(1);
            assertThat(complaint.text()).as(bad).startsWith("clew: ").doesNotContain("\tat ");
        }
        assertThat(scratch.resolve("made.csv")).doesNotExist();
        assertThat(run(SqlCommand::new, "select 1", "--from", scratch)).isEqualTo(1);
        assertThat(err.text()).contains("has no .parquet file");
    }

    @Test
    void aFullDiskIsNamedWithTheFile() throws IOException {
        Path data = stored("data", new RandomSpans(3).batch(30));
        Path full = Path.of("/dev/full");
        assumeThat(full).exists();
        Files.createSymbolicLink(scratch.resolve("x.jsonl.partial"), full);
        assertThat(run(ExportCommand::new, "--data", data, "--to", scratch.resolve("x.jsonl")))
                .isEqualTo(1);
        assertThat(err.text()).contains("x.jsonl.partial: No space left on device");
    }

    @Test
    void wrongOptionsAreNamed() throws IOException {
        Path data = stored("data", new RandomSpans(3).batch(3));
        Path to = scratch.resolve("to");
        assertThat(run(ExportCommand::new, "--data", data, "--to", to, "--format", "csv"))
                .isEqualTo(2);
        assertThat(run(ExportCommand::new, "--data", data, "--to", to, "--query", "{ name = }"))
                .isEqualTo(2);
        assertThat(run(ExportCommand::new, "--data", data, "--to", to, "--start", "noon"))
                .isEqualTo(2);
        assertThat(run(ExportCommand::new, "--data", data, "--to", to, "--compression", "rar"))
                .isEqualTo(2);
        for (String[] file : new String[][] {
            {"x.parquet", "--format", "otlp-json"}, {"x.jsonl", "--compression", "gzip"}, {"x.json"}, {"x.gz"}
        }) {
            List<Object> arguments =
                    new java.util.ArrayList<>(List.of("--data", data, "--to", scratch.resolve(file[0])));
            arguments.addAll(List.of(file).subList(1, file.length));
            assertThat(run(ExportCommand::new, arguments.toArray())).isEqualTo(2);
            assertThat(err.text()).contains(file[0] + "' ends as a file does");
            assertThat(scratch.resolve(file[0])).doesNotExist();
        }
        assertThat(run(ExportCommand::new, "--data", data, "--to", scratch.resolve("json")))
                .as(err.text())
                .isZero();
        assertThat(run(ExportCommand::new, "--data", data, "--to", scratch + "/y.json/"))
                .as(err.text())
                .isZero();
        assertThat(run(ExportCommand::new, "--data", newDirectory("empty"), "--to", to))
                .isEqualTo(1);
        assertThat(run(ImportCommand::new, scratch.resolve("no-such-file"), "--data", data))
                .isEqualTo(1);
        assertThat(err.text())
                .contains("--format: expected one of otlp-json, otlp-proto, parquet, read 'csv'")
                .contains("--query: ")
                .contains("--start: expected a moment such as -1h")
                .contains("--compression: expected one of none, gzip, zstd")
                .contains("holds no store")
                .contains("no-such-file: there is no such file")
                .doesNotContain("\tat ");
        assertThat(to).doesNotExist();
    }
}

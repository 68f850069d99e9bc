package io.clew.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.server.exchange.Exchanged.Caught;
import io.clew.server.exchange.SpanFile.PartSize;
import io.clew.store.ReadControl;
import io.clew.store.Window;
import io.clew.traceql.Traceql;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Imports of what is broken, changed or gone: the rest is taken, and what is not is named and never forgotten. */
class ImportTest {
    private static final String GOOD =
            "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"%032x\",\"spanId\":\"%016x\"}]}]}]}";

    @TempDir
    Path scratch;

    private final Caught out = new Caught();
    private final Caught err = new Caught();

    private int importing(Object... arguments) {
        return new CommandLine(new ImportCommand(out, err))
                .execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    }

    private static String good(int trace) {
        return GOOD.formatted(trace, trace);
    }

    private long traces(Path data) throws IOException {
        try (OfflineStore store = OfflineStore.open(data)) {
            return store.embedded().stats().tracesStored();
        }
    }

    @Test
    void aBrokenFirstLineCostsNoMoreThanItself() throws IOException {
        List<String> lines = new ArrayList<>(List.of("", "{\"resourceSpans\":[{\"bro"));
        for (int trace = 1; trace <= 300; trace++) {
            lines.add(good(trace));
        }
        Path file = Files.write(scratch.resolve("spans.jsonl"), lines);
        Path data = scratch.resolve("data");
        assertThat(importing(file, "--data", data)).isEqualTo(1);
        assertThat(err.text()).contains(file + ":2: ");
        assertThat(out.text()).contains("imported 300 spans").contains("1 message could not be read");
        assertThat(traces(data)).isEqualTo(300);
    }

    @Test
    void aBrokenObjectOverManyLinesIsOneComplaint() throws IOException {
        Path file = Files.writeString(scratch.resolve("pretty.json"), """
                {
                  "resourceSpans": [{"scopeSpans": [{"spans": [
                    {"traceId": "00000000000000000000000000000004", "spanId": "0000000000000004"},
                    {"traceId": oops}
                  ]}]}]
                }
                """);
        assertThat(importing(file, "--data", scratch.resolve("data"))).isEqualTo(1);
        assertThat(out.text()).contains("imported 0 spans").contains("1 message could not be read");
    }

    @Test
    void whatCouldNotBeReadIsRememberedByTheRunThatGoesOn() throws IOException {
        Path file = Files.write(
                scratch.resolve("spans.jsonl"), List.of(good(1), "hello", GOOD.formatted(3, 0), good(4), good(5)));
        Path data = scratch.resolve("data");
        Path place = ImportState.place(file);
        // The first run ends between the fourth message and the last, as when it is killed.
        try (OfflineStore store = OfflineStore.open(data);
                StoreTarget target = new StoreTarget(store.embedded(), data.toString())) {
            ImportTarget dying = new Dying(target, 5);
            ImportState state = ImportState.read(place, target.name(), 0);
            Import run = new Import(dying, err);
            assertThat(org.assertj.core.api.Assertions.catchThrowable(
                            () -> run.files(List.of(file), state, ExportedFiles.none())))
                    .isInstanceOf(IOException.class);
            state.write(0);
        }
        assertThat(importing(file, "--data", data)).as("exit code").isEqualTo(1);
        assertThat(out.text())
                .contains("an earlier run imported 4 messages")
                .contains("1 message could not be read")
                .contains("1 span was refused")
                .contains("all in an earlier run");
        assertThat(place).doesNotExist();
        assertThat(traces(data)).isEqualTo(3);
    }

    /** A target that fails at a message of this number. */
    private record Dying(ImportTarget target, long at) implements ImportTarget {
        @Override
        public Outcome take(Message message) throws IOException, InterruptedException {
            if (message.number() == at) {
                throw new IOException("the end");
            }
            return target.take(message);
        }

        @Override
        public long spansStored() throws IOException {
            return target.spansStored();
        }

        @Override
        public String name() {
            return target.name();
        }

        @Override
        public void close() {}
    }

    /** An export of at least three parts. */
    private Path exported(Format format, Compression compression) throws IOException {
        Path directory = scratch.resolve("out");
        try (OfflineStore store = OfflineStore.open(scratch.resolve("source"))) {
            for (int i = 0; i < 4; i++) {
                Exchanged.append(
                        store.embedded(),
                        Exchanged.overTheWire(
                                new RandomSpans(40 + i).oddities(0).batch(150)));
            }
            ExportDirectory export =
                    ExportDirectory.open(directory, format, compression, new PartSize(100, 20_000), "everything");
            try (StoreSource source = new StoreSource(
                    store.embedded(), Traceql.parse(""), Window.ALL, null, ReadControl.unbounded(), 50, 5000)) {
                export.write(source, _ -> {});
            }
            assertThat(export.state().parts()).isGreaterThanOrEqualTo(3);
        }
        return directory;
    }

    private static void flip(Path file, int offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[offset] ^= 8;
        Files.write(file, bytes);
    }

    @Test
    void aPartThatIsNotAsItWasExportedIsLeftOut() throws IOException {
        for (Format format : List.of(Format.PARQUET, Format.OTLP_JSON)) {
            scratch = Files.createDirectory(scratch.resolve(format.label()));
            Compression compression = format == Format.PARQUET ? Compression.NONE : Compression.GZIP;
            Path directory = exported(format, compression);
            String name = "spans-0000%d." + format.suffix() + compression.suffix();
            Path flipped = directory.resolve(name.formatted(1));
            flip(flipped, (int) (Files.size(flipped) / 2));
            Path gone = directory.resolve(name.formatted(3));
            Files.delete(gone);
            Path data = scratch.resolve("data");
            assertThat(importing(directory, "--data", data)).isEqualTo(1);
            assertThat(err.text())
                    .contains(flipped + " is not as it was exported: its SHA-256 is another; nothing of it is imported")
                    .contains(gone + " is not there any more");
            assertThat(out.text()).contains("2 files left out");
            // Exactly the whole parts are there.
            Path again = Files.createDirectory(scratch.resolve("whole"));
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    if (!file.equals(flipped) && !file.getFileName().toString().startsWith("EXPORT")) {
                        Files.copy(file, again.resolve(file.getFileName()));
                    }
                }
            }
            Path wanted = scratch.resolve("wanted");
            assertThat(importing(again, "--data", wanted)).as(err.text()).isZero();
            assertThat(traces(data)).isEqualTo(traces(wanted)).isPositive();
        }
    }

    @Test
    void checksumsAreThoseOfTheFilesAndADamagedListIsNoReasonToStop() throws IOException {
        Path directory = exported(Format.OTLP_PROTO, Compression.ZSTD);
        JsonNode json =
                new ObjectMapper().readTree(directory.resolve(ExportState.NAME).toFile());
        Path part = directory.resolve("spans-00002.pb.zst");
        assertThat(json.at("/files/spans-00002.pb.zst"))
                .isEqualTo(new ObjectMapper()
                        .createObjectNode()
                        .put("bytes", (int) Files.size(part))
                        .put("sha256", ExportedFile.of(part).sha256()));
        assertThat(json.path("files")).hasSize(json.path("parts").asInt());
        Files.writeString(directory.resolve(ExportState.NAME), "{\"asked");
        assertThat(importing(directory, "--data", scratch.resolve("data"))).isEqualTo(1);
        assertThat(err.text())
                .contains("EXPORT.json is not what an export writes: it is no JSON")
                .doesNotContain("REDACTED");
        assertThat(traces(scratch.resolve("data"))).isEqualTo(traces(scratch.resolve("source")));
    }

    @Test
    void aFileThatCannotBeOpenedKeepsNoOtherFromBeingImported() throws IOException {
        Path files = Files.createDirectory(scratch.resolve("files"));
        Path whole = exported(Format.PARQUET, Compression.NONE).resolve("spans-00001.parquet");
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(files.resolve("a.parquet"), Arrays.copyOf(bytes, bytes.length / 2));
        try (DuckDb duck = DuckDb.open(Files.createDirectory(scratch.resolve("duck")))) {
            duck.run("COPY (SELECT 1 AS foreign_column) TO " + DuckDb.quoted(files.resolve("b.parquet"))
                    + " (FORMAT parquet)");
        }
        Files.writeString(files.resolve("c.jsonl"), good(1) + "\n");
        Path data = scratch.resolve("data");
        assertThat(importing(files, "--data", data)).isEqualTo(1);
        assertThat(err.text())
                .contains("a.parquet is no Parquet file that 'clew store export' wrote")
                .contains("b.parquet is no Parquet file that 'clew store export' wrote")
                .doesNotContain("to_base64", "LINE 1");
        assertThat(out.text()).contains("imported 1 span,").contains("2 files left out");
        assertThat(traces(data)).isEqualTo(1);
    }

    @Test
    void theWordOfACompressedFileIsDoubtedWhenItsEndIsDamaged() throws IOException {
        byte[] lines = (good(1) + "\n" + good(2) + "\n").getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(scratch.resolve("spans.jsonl.gz"), io.clew.server.life.Requests.gzip(lines));
        flip(file, (int) Files.size(file) - 6);
        assertThat(importing(file, "--data", scratch.resolve("data"))).isEqualTo(1);
        assertThat(err.text()).contains("cannot be read on").contains("what was read of this file before may be wrong");
    }

    @Test
    void aFileWithoutSpansIsNamed() throws IOException {
        for (String text : List.of("", "{\"foo\":1}", "{\"spans\":[]}")) {
            Path file = Files.writeString(scratch.resolve("none.json"), text);
            Caught said = new Caught();
            assertThat(new CommandLine(new ImportCommand(out, said))
                            .execute(
                                    file.toString(),
                                    "--data",
                                    scratch.resolve("data").toString()))
                    .isZero();
            assertThat(said.text()).as(text).contains(file + " holds no spans");
        }
    }

    @Test
    void aCompleteExportIsHeldAgainstItsFiles() throws IOException {
        Path data = Files.createDirectory(scratch.resolve("data"));
        SpanBatch spans = new RandomSpans(3).oddities(0).batch(30);
        try (OfflineStore store = OfflineStore.open(data)) {
            Exchanged.append(store.embedded(), spans);
        }
        Path to = scratch.resolve("to");
        for (int run = 0; run < 2; run++) {
            assertThat(new CommandLine(new ExportCommand(out, err))
                            .execute("--data", data.toString(), "--to", to.toString()))
                    .as(err.text())
                    .isZero();
        }
        assertThat(out.text()).contains("complete already");
        Files.delete(to.resolve("spans-00001.jsonl"));
        assertThat(new CommandLine(new ExportCommand(out, err))
                        .execute("--data", data.toString(), "--to", to.toString()))
                .isEqualTo(1);
        assertThat(err.text()).contains("was complete, but spans-00001.jsonl is not there any more");
        for (String broken : List.of("", "{\"asked", "{}")) {
            Files.writeString(to.resolve(ExportState.NAME), broken);
            Caught said = new Caught();
            assertThat(new CommandLine(new ExportCommand(out, said))
                            .execute("--data", data.toString(), "--to", to.toString()))
                    .isEqualTo(1);
            assertThat(said.text())
                    .contains("EXPORT.json is not what an export writes")
                    .doesNotContain("REDACTED", "another export");
        }
    }
}

package io.clew.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.model.Trace;
import io.clew.server.exchange.Exchanged.Caught;
import io.clew.server.exchange.SpanFile.PartSize;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.SpanCondition;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.kit.NaiveTraceStore;
import io.clew.store.kit.SpanText;
import io.clew.traceql.Traceql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files exported by version 1 are imported to the last field of the last span, for ever. {@code spans.txt} was written from
 * what was sent, not from what is read back. How the files were written: {@code docs/formats/golden.md}.
 */
class GoldenExportsTest {
    private static final Path DIRECTORY = Path.of("src/test/golden/export-1");
    private static final Path EXPECTED = DIRECTORY.resolve("spans.txt");
    private static final long SEED = 20261124;

    @TempDir
    Path scratch = Path.of("");

    /** Writes them anew when asked to; only while the formats are not out yet. */
    @BeforeAll
    static void write(@TempDir Path exported) throws IOException {
        if (!Boolean.getBoolean("clew.golden.write")) {
            return;
        }
        Files.createDirectories(DIRECTORY);
        SpanBatch spans =
                Exchanged.overTheWire(new RandomSpans(SEED).oddities(0.2).batch(150));
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < spans.spanCount(); row++) {
            lines.add(line(SpanText.of(spans, row)));
        }
        lines.sort(null);
        Files.write(EXPECTED, lines);
        try (TraceStore store = new NaiveTraceStore()) {
            Exchanged.append(store, spans);
            for (Format format : List.of(Format.OTLP_JSON, Format.OTLP_PROTO, Format.PARQUET)) {
                ExportDirectory export = ExportDirectory.open(
                        exported.resolve(format.suffix()), format, Compression.NONE, PartSize.of(format), "golden");
                try (SpanChunk.Source source =
                        new StoreSource(store, Traceql.parse(""), Window.ALL, null, ReadControl.unbounded(), 40, 25)) {
                    export.write(source, _ -> {});
                }
                Path target = file(format);
                Files.deleteIfExists(target);
                Files.move(exported.resolve(format.suffix()).resolve("spans-00001." + format.suffix()), target);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Format.class,
            names = {"OTLP_JSON", "OTLP_PROTO", "PARQUET"})
    void everySpanIsImportedAsItWasSent(Format format) throws IOException {
        Caught complaints = new Caught();
        List<String> lines = new ArrayList<>();
        try (TraceStore store = new NaiveTraceStore()) {
            new Import(new StoreTarget(store, "here"), complaints)
                    .files(
                            List.of(file(format)),
                            ImportState.read(scratch.resolve("state"), "here", 0),
                            ExportedFiles.none());
            try (Snapshot snapshot = store.snapshot()) {
                Snapshot.TraceCursor traces =
                        snapshot.search(new SpanCondition.Any(), Window.ALL, null, ReadControl.unbounded());
                for (Trace trace; (trace = traces.next()) != null; ) {
                    SpanText.of(trace).forEach(text -> lines.add(line(text)));
                }
            }
        }
        lines.sort(null);
        assertThat(complaints.text()).isEmpty();
        assertThat(lines).isEqualTo(Files.readAllLines(EXPECTED));
    }

    /** Lest both be empty. */
    @Test
    void thereAreSpansInThem() throws IOException {
        assertThat(Files.readAllLines(EXPECTED)).hasSize(150).doesNotHaveDuplicates();
    }

    private static Path file(Format format) {
        return DIRECTORY.resolve("spans." + format.suffix());
    }

    /** A span on one line; imported spans arrive anew. */
    private static String line(String text) {
        return text.replaceAll(" received \\S+ by \\S+", "")
                .replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }
}

package io.clew.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.model.AttributeValue;
import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.server.exchange.Exchanged.Caught;
import io.clew.server.exchange.SpanFile.PartSize;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.kit.NaiveTraceStore;
import io.clew.store.kit.SpanText;
import io.clew.traceql.Traceql;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Random spans exported and imported into an empty store are the same spans, field by field. */
class RoundTripTest {
    @Property(seed = "20261125", tries = 25)
    void protobuf(@ForAll long seed) throws IOException {
        SpanBatch spans =
                Exchanged.overTheWire(new RandomSpans(seed).oddities(0.3).batch(120));
        try (Trip trip = new Trip(spans)) {
            trip.go(Format.OTLP_PROTO, Compression.values()[(int) Math.floorMod(seed, 3L)]);
            Exchanged.assertSame(trip.to, trip.from, trip.ids);
        }
    }

    /** JSON has one NaN only, so spans are compared by their text. */
    @Property(seed = "20261126", tries = 25)
    void json(@ForAll long seed) throws IOException {
        SpanBatch spans =
                Exchanged.overTheWire(new RandomSpans(seed).oddities(0.3).batch(120));
        try (Trip trip = new Trip(spans)) {
            trip.go(Format.OTLP_JSON, Compression.values()[(int) Math.floorMod(seed, 3L)]);
            try (Snapshot from = trip.from.snapshot();
                    Snapshot to = trip.to.snapshot()) {
                for (TraceId id : trip.ids) {
                    assertThat(texts(to, id)).isEqualTo(texts(from, id));
                }
            }
        }
    }

    /** Parquet keeps what OTLP does not: that a trace id had 64 bits, a time of 0, and by which protocol a span came. */
    @Property(seed = "20261127", tries = 4)
    void parquet(@ForAll long seed) throws IOException {
        SpanBatch spans = new RandomSpans(seed).oddities(0.3).batch(600);
        try (Trip trip = new Trip(spans)) {
            trip.go(Format.PARQUET, Compression.NONE);
            Exchanged.assertSame(trip.to, trip.from, trip.ids);
            try (Snapshot from = trip.from.snapshot();
                    Snapshot to = trip.to.snapshot()) {
                for (TraceId id : trip.ids) {
                    assertThat(protocols(to, id)).isEqualTo(protocols(from, id));
                }
            }
        }
    }

    private static List<String> texts(Snapshot snapshot, TraceId id) {
        return SpanText.of(snapshot.trace(id, ReadControl.unbounded()).orElseThrow()).stream()
                .map(line -> line.replaceAll(" received \\S+ by \\S+", ""))
                .sorted()
                .toList();
    }

    private static List<Integer> protocols(Snapshot snapshot, TraceId id) {
        SpanBatch spans =
                snapshot.trace(id, ReadControl.unbounded()).orElseThrow().spans();
        List<Integer> protocols = new ArrayList<>();
        for (int row = 0; row < spans.spanCount(); row++) {
            protocols.add((int) spans.protocol(row));
        }
        protocols.sort(null);
        return protocols;
    }

    /** Broken off wherever it may be, the next run goes on, and no trace stands in two files. */
    @Property(seed = "20261128", tries = 15)
    void anExportThatWasBrokenOffGoesOn(@ForAll long seed) throws IOException {
        SpanBatch spans = Exchanged.overTheWire(new RandomSpans(seed).batch(150));
        try (Trip trip = new Trip(spans)) {
            PartSize small = new PartSize(Long.MAX_VALUE, 4000);
            Path directory = trip.scratch.resolve("export");
            int failures = 0;
            for (int chunks = 1; ; chunks++) {
                ExportDirectory export =
                        ExportDirectory.open(directory, Format.OTLP_PROTO, Compression.NONE, small, "everything");
                try (SpanChunk.Source source = new Breaking(trip.source(export.reached()), chunks)) {
                    export.write(source, _ -> {});
                    break;
                } catch (IOException broken) {
                    failures++;
                }
            }
            assertThat(failures).isPositive();
            ExportState state = Objects.requireNonNull(ExportState.read(directory));
            assertThat(state.complete()).isTrue();
            assertThat(state.spans()).isEqualTo(trip.from.stats().spansStored());
            assertThat(state.traces()).isEqualTo(trip.from.stats().tracesStored());
            trip.bringHome(directory);
            Exchanged.assertSame(trip.to, trip.from, trip.ids);
            assertThat(trip.imported).as("spans in files").isEqualTo(state.spans());
            assertThatThrownBy(() -> ExportDirectory.open(
                            directory, Format.OTLP_PROTO, Compression.NONE, small, "something else"))
                    .hasMessageContaining("is of another export");
        }
    }

    /** Likewise within one file, in which what the interruption left, whole or not, is in nobody's way. */
    @Property(seed = "20261132", tries = 15)
    void anExportIntoOneFileThatWasBrokenOffGoesOn(@ForAll long seed) throws IOException {
        RandomSpans random = new RandomSpans(seed);
        SpanBatch spans = Exchanged.overTheWire(random.batch(200, random.traceIds(60)));
        Compression compression = Compression.values()[(int) Math.floorMod(seed, 3L)];
        Format format = seed % 2 == 0 ? Format.OTLP_PROTO : Format.OTLP_JSON;
        try (Trip trip = new Trip(spans)) {
            PartSize small = new PartSize(Long.MAX_VALUE, 4000);
            Path directory = Files.createDirectory(trip.scratch.resolve("export"));
            Path file = directory.resolve("all." + format.suffix() + compression.suffix());
            Path partial = file.resolveSibling(file.getFileName() + ".partial");
            int wentOn = 0;
            ExportFile export;
            for (int chunks = 1; ; chunks++) {
                export = ExportFile.open(file, format, compression, small, "everything");
                wentOn += export.state().spans() > 0 ? 1 : 0;
                try (SpanChunk.Source source = new Breaking(trip.source(export.reached()), chunks)) {
                    export.write(source, _ -> {});
                    break;
                } catch (IOException broken) {
                    Files.write(partial, new byte[] {'x'}, StandardOpenOption.APPEND);
                }
                if (export.state().spans() > 0) {
                    assertThatThrownBy(() -> ExportFile.open(file, format, compression, small, "something else"))
                            .hasMessageContaining("is of another export");
                }
            }
            assertThat(wentOn).isPositive();
            assertThat(export.state().spans()).isEqualTo(trip.from.stats().spansStored());
            assertThat(export.state().traces()).isEqualTo(trip.from.stats().tracesStored());
            trip.bringHome(directory);
            assertThat(trip.imported)
                    .as("spans in the file")
                    .isEqualTo(trip.from.stats().spansStored());
            assertThatThrownBy(() -> ExportFile.open(file, format, compression, small, "everything"))
                    .isInstanceOf(FileAlreadyExistsException.class);
            try (Stream<Path> left = Files.list(directory)) {
                assertThat(left).containsExactly(file);
            }
        }
    }

    @Property(seed = "20261129", tries = 20)
    void nestedValuesSurvive(@ForAll long seed) {
        AttributeValue value = new RandomSpans(seed).oddities(0.5).value(4);
        SpanBatch batch = new SpanBatch();
        int resource = batch.beginResource();
        int scope = batch.beginScope();
        batch.beginSpan(resource, scope, 1, (byte) 1);
        batch.setTraceId(0, 1, 2);
        batch.setSpanId(0, 3);
        batch.spanAttributes().add(batch.dictionary().intern("k"), value.type(), value.intern(batch.dictionary()));
        SpanBatch back = Exchanged.overTheWire(batch);
        assertThat(SpanText.of(back, 0).replace(" received 7", " received 1")).isEqualTo(SpanText.of(batch, 0));
    }

    /** Breaks off after so many chunks. */
    private static final class Breaking implements SpanChunk.Source {
        private final SpanChunk.Source source;
        private int left;

        Breaking(SpanChunk.Source source, int chunks) {
            this.source = source;
            this.left = chunks;
        }

        @Override
        public @Nullable SpanChunk next() throws IOException {
            SpanChunk chunk = source.next();
            if (chunk != null && left-- == 0) {
                throw new IOException("broken off");
            }
            return chunk;
        }

        @Override
        public List<String> missed() {
            return source.missed();
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }

    /** One store with spans, one without, and files between. */
    private static final class Trip implements AutoCloseable {
        private final TraceStore from = new NaiveTraceStore();
        private final TraceStore to = new NaiveTraceStore();
        private final Path scratch = Files.createTempDirectory("clew-trip");
        private final Set<TraceId> ids;
        private long imported;

        Trip(SpanBatch spans) throws IOException {
            Exchanged.append(from, spans);
            ids = Exchanged.ids(spans);
        }

        SpanChunk.Source source(@Nullable Position after) {
            return new StoreSource(from, Traceql.parse(""), Window.ALL, after, ReadControl.unbounded(), 13, 7);
        }

        void go(Format format, Compression compression) throws IOException {
            Path directory = scratch.resolve("export");
            ExportDirectory export =
                    ExportDirectory.open(directory, format, compression, new PartSize(400, 20_000), "everything");
            try (SpanChunk.Source source = source(export.reached())) {
                export.write(source, _ -> {});
            }
            assertThat(export.state().spans()).isEqualTo(from.stats().spansStored());
            bringHome(directory);
        }

        void bringHome(Path directory) throws IOException {
            Caught complaints = new Caught();
            Import run = new Import(new StoreTarget(to, "here"), complaints);
            List<Path> files;
            try (Stream<Path> all = Files.list(directory)) {
                files = all.filter(file -> !file.endsWith(ExportState.NAME))
                        .sorted()
                        .toList();
            }
            assertThat(files).isNotEmpty();
            run.files(files, ImportState.read(scratch.resolve("state"), "here", 0), ExportedFiles.around(directory));
            assertThat(complaints.text()).isEmpty();
            imported = run.spans();
        }

        @Override
        public void close() throws IOException {
            from.close();
            to.close();
            try (Stream<Path> all = Files.walk(scratch)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}

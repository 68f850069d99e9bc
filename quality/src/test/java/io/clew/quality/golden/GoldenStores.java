package io.clew.quality.golden;

import com.github.luben.zstd.Zstd;
import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.OtlpJsonDecoder;
import io.clew.ingest.otlp.OtlpJsonWriter;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.ingest.otlp.OtlpProtobufWriter;
import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.RequestDecoder;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.TraceId;
import io.clew.store.AppendResult;
import io.clew.store.TraceStore;
import io.clew.store.block.BlockSettings;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import io.clew.store.kit.SpanText;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Writes the golden files of the present format: for each of three small stores a {@code NAME.zip} of its directory, and
 * {@code NAME.txt}, what is in it, a line a span, from what was sent and not from what the store reads back. Once a format
 * is out they are never written again; how: {@code docs/formats/golden.md}.
 */
public final class GoldenStores {
    static final Path DIRECTORY = Path.of("src/test/golden/format-1");
    static final List<String> NAMES = List.of("blocks", "log", "deleted");

    private static final long SEED = 20261124;

    private final Path directory;
    private final RandomSpans random = new RandomSpans(SEED).oddities(0.2);
    private final Set<String> lines = new TreeSet<>();

    private GoldenStores(Path directory) {
        this.directory = directory;
    }

    static List<RequestDecoder> decoders() {
        return List.of(new OtlpProtobufDecoder(ByteBudget.unlimited()), new OtlpJsonDecoder(ByteBudget.unlimited()));
    }

    /** Writes all files into the directory; {@code scratch} is for the stores themselves. */
    static void write(Path directory, Path scratch) throws IOException, MalformedRequestException {
        Files.createDirectories(directory);
        for (String name : NAMES) {
            GoldenStores stores = new GoldenStores(directory);
            Path data = scratch.resolve(name);
            switch (name) {
                case "blocks" -> stores.blocks(data);
                case "log" -> stores.log(data);
                default -> stores.deleted(data);
            }
            Files.write(directory.resolve(name + ".txt"), stores.lines);
        }
    }

    /** Blocks as flushed and as merged, with everything a span can hold, in several row groups and pages. */
    private void blocks(Path data) throws IOException {
        try (TraceStore store = open(data)) {
            List<TraceId> ids = random.traceIds(40);
            for (int i = 0; i < 4; i++) {
                append(store, random.batch(150, ids));
                store.flush();
            }
            store.maintain();
            append(store, random.batch(100));
            store.flush();
        }
        zip(data, "blocks");
    }

    /** A log as a killed process leaves it: each codec in each content encoding, spans refused, no block. */
    private void log(Path data) throws IOException, MalformedRequestException {
        try (TraceStore store = open(data)) {
            append(store, random.batch(20));
            long received = RandomSpans.EPOCH;
            for (RequestDecoder decoder : decoders()) {
                for (ContentEncoding encoding : ContentEncoding.values()) {
                    SourceRequest request = request(
                            decoder.codec() == new OtlpJsonDecoder(ByteBudget.unlimited()).codec(),
                            encoding,
                            ++received);
                    SpanBatch batch = store.newBatch();
                    Refusals refusals = new Refusals();
                    decoder.decode(request, DecodeLimits.DEFAULT, batch, refusals);
                    note(batch);
                    stored(store, batch, request, refusals);
                }
            }
            zip(data, "log");
        }
    }

    private SourceRequest request(boolean json, ContentEncoding encoding, long received) throws IOException {
        SpanBatch spans = random.batch(20);
        byte[] bytes = new OtlpProtobufWriter().write(spans);
        if (json) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            OtlpJsonWriter.write(spans, out);
            bytes = out.toByteArray();
        } else {
            ExportTraceServiceRequest.Builder more = ExportTraceServiceRequest.parseFrom(bytes).toBuilder();
            more.getResourceSpansBuilder(0)
                    .getScopeSpansBuilder(0)
                    .addSpans(0, Span.newBuilder().setName("has no ids and is refused"));
            bytes = more.build().toByteArray();
        }
        byte[] encoded = switch (encoding) {
            case IDENTITY -> bytes;
            case GZIP -> gzip(bytes);
            case ZSTD -> Zstd.compress(bytes);
        };
        int codec = decoders().get(json ? 1 : 0).codec();
        return new SourceRequest(codec, encoding, encoded, 0, encoded.length, received);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    /** Blocks of which traces are deleted by the manifest alone. */
    private void deleted(Path data) throws IOException {
        List<TraceId> ids = random.traceIds(30);
        try (TraceStore store = open(data)) {
            for (int i = 0; i < 2; i++) {
                append(store, random.batch(120, ids));
                store.flush();
            }
            Set<TraceId> gone = new HashSet<>(ids.subList(0, 5));
            store.keep(ids.get(7), true);
            store.delete(gone);
            lines.removeIf(line -> gone.stream().anyMatch(id -> line.startsWith(id.toString())));
            zip(data, "deleted");
        }
    }

    /** Unpacks a store of the present format into a directory. */
    public static void unzip(String name, Path into) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(DIRECTORY.resolve(name + ".zip")))) {
            for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
                Path to = into.resolve(entry.getName());
                Files.createDirectories(Objects.requireNonNull(to.getParent()));
                Files.write(to, zip.readAllBytes());
            }
        }
    }

    /** Opens an unpacked store. */
    public static TraceStore open(Path data) throws IOException {
        return EmbeddedStore.open(StoreSettings.of(new DiskFiles(), data, decoders())
                .withBlockSettings(new BlockSettings(200, 60, 1 << 20, 1 << 20, 20))
                .withChunk(16 << 20, Duration.ofHours(1))
                .withMerging(3, 1_000_000));
    }

    private void append(TraceStore store, SpanBatch batch) {
        note(batch);
        SpanBatch copy = store.newBatch();
        SpanCopier copier = new SpanCopier().bind(batch, copy);
        for (int row = 0; row < batch.spanCount(); row++) {
            copier.copy(row);
        }
        AppendResult result =
                store.append(copy, null, DecodeLimits.DEFAULT, new Refusals()).join();
        if (!(result instanceof AppendResult.Stored)) {
            throw new IllegalStateException("not stored: " + result);
        }
    }

    private static void stored(TraceStore store, SpanBatch batch, SourceRequest request, Refusals refusals) {
        AppendResult result =
                store.append(batch, request, DecodeLimits.DEFAULT, refusals).join();
        if (!(result instanceof AppendResult.Stored)) {
            throw new IllegalStateException("not stored: " + result);
        }
    }

    private void note(SpanBatch batch) {
        for (int row = 0; row < batch.spanCount(); row++) {
            lines.add(line(SpanText.of(batch, row)));
        }
    }

    /** A span's text without line breaks. */
    static String line(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    private void zip(Path data, String name) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(data)) {
            all.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().equals("LOCK"))
                    .sorted()
                    .forEach(files::add);
        }
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(directory.resolve(name + ".zip")))) {
            for (Path file : files) {
                zip.putNextEntry(new ZipEntry(data.relativize(file).toString()));
                zip.write(Files.readAllBytes(file));
                zip.closeEntry();
            }
        }
    }
}

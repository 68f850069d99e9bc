package io.clew.server.exchange;

import io.clew.server.config.ConfigException;
import io.clew.server.exchange.SpanFile.PartSize;
import io.clew.server.store.DirectoryCommand;
import io.clew.server.store.Progress;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.Window;
import io.clew.store.manifest.DirectoryLock;
import io.clew.traceql.PageCursor;
import io.clew.traceql.ast.Spansets;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code store export}: whole traces into files. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes whole traces into files, newest first: all of them, or those that match. Asks the server when one runs"
                    + " on the data directory. Into a directory it writes parts of bounded size, and an export that was"
                    + " interrupted goes on where it stopped when the same command is given again; so does one into a"
                    + " single file of OTLP. A single Parquet file and the standard output start over.",
            "Exit code: 0 everything asked for is in the files, 1 it is not, 2 wrong options."
        })
public final class ExportCommand extends DirectoryCommand {
    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR|FILE",
            description = "a directory for parts; or one file, when the name ends as its format's does (.jsonl, .pb,"
                    + " .parquet, also with .gz or .zst); or - for the standard output")
    private String to = "";

    @Option(
            names = "--format",
            paramLabel = "F",
            description =
                    "otlp-json (default; a request a line), otlp-proto (requests, the length before each) or parquet")
    private @Nullable String format;

    @Option(names = "--compression", paramLabel = "C", description = "none (default), gzip or zstd, of OTLP files")
    private @Nullable String compression;

    @Mixin
    private final TraceChoice choice = new TraceChoice();

    public ExportCommand() {
        this(standardOutput(), System.err);
    }

    ExportCommand(PrintStream out, PrintStream err) {
        super(out, err);
    }

    /** What is asked for, understood. */
    private record Asked(Path directory, Format format, Compression compression, Spansets query, Window window) {}

    /** Opens the source of all that comes after a position. */
    private interface Opening {
        SpanChunk.Source open(@Nullable Position after) throws IOException;
    }

    @Override
    protected int run() throws IOException, ConfigException {
        Asked asked = new Asked(directory(), format(), compression(), choice.query(), choice.window());
        if (asked.format() == Format.PARQUET && (asked.compression() != Compression.NONE || to.equals("-"))) {
            throw new ConfigException("--format parquet: a Parquet file is compressed within, and is no stream; leave"
                    + " --compression away and name a file or directory");
        }
        requireClearName(asked);
        try (OfflineStore store = OfflineStore.openExisting(asked.directory())) {
            ReadControl control = ReadControl.unbounded();
            return export(
                    asked,
                    store.embedded().stats().spansStored(),
                    after -> new StoreSource(store.embedded(), asked.query(), asked.window(), after, control));
        } catch (DirectoryLock.InUseException inUse) {
            try (LiveServer server = LiveServer.on(asked.directory(), inUse)) {
                return export(
                        asked,
                        server.get("status").path("spansStored").asLong(),
                        after -> new BatchFrames(server.stream(path(asked, after))));
            }
        }
    }

    private int export(Asked asked, long spansStored, Opening opening) throws IOException {
        Meter meter = new Meter(err);
        // How many will match nobody knows before.
        long total = choice.text().isEmpty() && asked.window().isAll() ? spansStored : -1;
        if (to.equals("-")) {
            startsOver("what goes to the standard output");
            try (SpanChunk.Source source = opening.open(null);
                    OutputStream stream = asked.compression().compress(new BufferedOutputStream(out, 1 << 16))) {
                ChunkWriter writer = new ChunkWriter(asked.format());
                for (SpanChunk chunk = source.next(); chunk != null; chunk = source.next()) {
                    writer.write(chunk, stream);
                    stream.flush();
                    if (out.checkError()) {
                        throw new IOException("the standard output was closed before everything was written");
                    }
                }
                return tell(source.missed());
            }
        }
        Path target = Path.of(to).toAbsolutePath().normalize();
        return tell(
                isFile(asked, target)
                        ? file(asked, target, opening, meter, total)
                        : directory(asked, target, opening, meter, total));
    }

    /** Names what is missing, and says with which exit code the command ends. */
    private int tell(List<String> missed) {
        missed.forEach(line -> err.println("clew: " + line));
        if (missed.isEmpty()) {
            return 0;
        }
        err.println(
                "clew: what stood in damaged places is not exported, everything else is; './clew store repair' says what"
                        + " is lost");
        return 1;
    }

    private void startsOver(String what) {
        err.println("clew: " + what + " starts over when it is interrupted; an export into a directory goes on");
    }

    /** Answers what is missing. */
    private List<String> file(Asked asked, Path target, Opening opening, Meter meter, long total) throws IOException {
        if (Files.exists(target)) {
            throw new java.nio.file.FileAlreadyExistsException(target.toString());
        }
        if (target.getParent() != null) {
            Files.createDirectories(target.getParent());
        }
        return asked.format() == Format.PARQUET
                ? parquet(asked, target, opening, meter, total)
                : otlp(asked, target, opening, meter, total);
    }

    private List<String> otlp(Asked asked, Path target, Opening opening, Meter meter, long total) throws IOException {
        ExportFile export =
                ExportFile.open(target, asked.format(), asked.compression(), PartSize.of(asked.format()), words(asked));
        ExportState before = export.state();
        if (before.parts() > 0) {
            err.println(
                    "clew: going on after " + Progress.count(before.spans(), "span") + " in " + target + ".partial");
        }
        try (SpanChunk.Source source = opening.open(export.reached())) {
            export.write(source, spans -> meter.at(spans, total <= 0 ? -1 : (double) (before.spans() + spans) / total));
        } catch (IOException e) {
            meter.clear();
            throw new IOException(
                    reason(e) + "; "
                            + (export.state().parts() == 0
                                    ? "nothing is whole yet, the same command starts over"
                                    : String.format(
                                                    Locale.ROOT,
                                                    "%,d",
                                                    export.state().spans())
                                            + " spans are whole, the same command goes on there"),
                    e);
        }
        meter.clear();
        ExportState done = export.state();
        out.println(target + ": " + Progress.count(done.spans(), "span") + " of "
                + Progress.count(done.traces(), "trace") + ", " + meter.summary(done.spans() - before.spans()));
        return done.missed();
    }

    private List<String> parquet(Asked asked, Path target, Opening opening, Meter meter, long total)
            throws IOException {
        startsOver("a single Parquet file");
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        long spans = 0;
        long traces = 0;
        List<String> missed;
        try (SpanChunk.Source source = opening.open(null);
                SpanFile file =
                        SpanFile.create(partial, asked.format(), asked.compression(), PartSize.of(asked.format()))) {
            for (SpanChunk chunk = source.next(); chunk != null; chunk = source.next()) {
                file.write(chunk);
                spans += chunk.spans().spanCount();
                traces += chunk.traces();
                meter.at(spans, total <= 0 ? -1 : (double) spans / total);
            }
            file.finish();
            missed = source.missed();
        }
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        meter.clear();
        out.println(target + ": " + Progress.count(spans, "span") + " of " + Progress.count(traces, "trace") + ", "
                + meter.summary(spans));
        return missed;
    }

    /** Answers what is missing. */
    private List<String> directory(Asked asked, Path target, Opening opening, Meter meter, long total)
            throws IOException {
        ExportDirectory export = ExportDirectory.open(
                target, asked.format(), asked.compression(), PartSize.of(asked.format()), words(asked));
        ExportState before = export.state();
        if (before.complete()) {
            return stillThere(target, before);
        }
        if (before.parts() > 0) {
            err.println("clew: going on after " + Progress.count(before.spans(), "span") + " in "
                    + Progress.count(before.parts(), "whole file"));
        }
        long written;
        try (SpanChunk.Source source = opening.open(export.reached())) {
            export.write(source, spans -> meter.at(spans, total <= 0 ? -1 : (double) (before.spans() + spans) / total));
            written = export.state().spans() - before.spans();
        } catch (IOException e) {
            meter.clear();
            throw new IOException(
                    reason(e) + "; "
                            + String.format(Locale.ROOT, "%,d", export.state().spans())
                            + " spans are in whole files, the same command goes on there",
                    e);
        }
        meter.clear();
        out.println(target + ": " + size(export.state()) + ", " + meter.summary(written));
        return export.state().missed();
    }

    /** Of a complete export nothing is written anew; it fails when a file is not there any more, or shorter or longer. */
    private List<String> stillThere(Path target, ExportState before) throws IOException {
        for (ExportedFile file : before.files()) {
            Path path = target.resolve(file.name());
            if (!Files.exists(path) || Files.size(path) != file.bytes()) {
                throw new IOException(target + ": this export was complete, but " + file.name() + " "
                        + file.differs(target) + ": choose another directory, or delete this one, and export again");
            }
        }
        out.println(target + ": this export is complete already, with " + size(before)
                + "; to export again, choose another directory");
        return List.of();
    }

    private static String size(ExportState state) {
        return Progress.count(state.spans(), "span") + " of " + Progress.count(state.traces(), "trace") + " in "
                + Progress.count(state.parts(), "file");
    }

    private boolean isFile(Asked asked, Path target) {
        String name = String.valueOf(target.getFileName());
        return !Files.isDirectory(target)
                && !to.endsWith("/")
                && name.endsWith(
                        "." + asked.format().suffix() + asked.compression().suffix());
    }

    /** A name that ends as a file's of another kind does is not quietly made a directory. */
    private void requireClearName(Asked asked) throws ConfigException {
        Path target = Path.of(to).toAbsolutePath().normalize();
        String name = String.valueOf(target.getFileName());
        boolean endsAsAFile = !to.endsWith("/")
                && name.lastIndexOf('.') > 0
                && (name.endsWith(".gz")
                        || name.endsWith(".zst")
                        || MessageFile.Kind.ofName(name).isPresent());
        if (endsAsAFile && !Files.isDirectory(target) && !isFile(asked, target)) {
            throw new ConfigException("--to: '" + to + "' ends as a file does, but one of "
                    + asked.format().label()
                    + (asked.compression() == Compression.NONE
                            ? ""
                            : " and " + asked.compression().name().toLowerCase(Locale.ROOT))
                    + " ends with ." + asked.format().suffix()
                    + asked.compression().suffix() + "; for a directory of this name write '" + to + "/'");
        }
    }

    /** What is asked for, in words that differ when it does. */
    private String words(Asked asked) {
        return asked.format().label()
                + (asked.compression() == Compression.NONE
                        ? ""
                        : " " + asked.compression().name().toLowerCase(Locale.ROOT))
                + " of " + asked.directory()
                + (choice.text().isEmpty() ? "" : " where " + choice.text())
                + (asked.window().isAll()
                        ? ""
                        : " from " + asked.window().from() + " to "
                                + asked.window().to());
    }

    private String path(Asked asked, @Nullable Position after) {
        StringBuilder path = new StringBuilder("store/export?format=batches");
        choice.appendTo(path, asked.window());
        if (after != null) {
            path.append("&cursor=").append(URLEncoder.encode(PageCursor.encode(after), StandardCharsets.UTF_8));
        }
        return path.toString();
    }

    private Format format() throws ConfigException {
        if (format != null) {
            return Format.of(format)
                    .orElseThrow(() -> new ConfigException(
                            "--format: expected one of " + Format.labels() + ", read '" + format + "'"));
        }
        String name = to.replaceFirst("\\.(gz|zst)$", "");
        for (Format each : Format.values()) {
            if (each != Format.BATCHES && name.endsWith("." + each.suffix())) {
                return each;
            }
        }
        return Format.OTLP_JSON;
    }

    private Compression compression() throws ConfigException {
        if (compression == null) {
            return to.endsWith(".gz") ? Compression.GZIP : to.endsWith(".zst") ? Compression.ZSTD : Compression.NONE;
        }
        for (Compression each : Compression.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(compression)) {
                return each;
            }
        }
        throw new ConfigException("--compression: expected one of none, gzip, zstd, read '" + compression + "'");
    }
}

package io.clew.server.analyze;

import io.clew.analysis.job.Column;
import io.clew.analysis.job.JobFailedException;
import io.clew.analysis.job.JobRun;
import io.clew.analysis.job.TraceJob;
import io.clew.server.config.ConfigException;
import io.clew.server.exchange.Compression;
import io.clew.server.exchange.LiveServer;
import io.clew.server.exchange.Meter;
import io.clew.server.exchange.OfflineStore;
import io.clew.server.query.Moment;
import io.clew.server.store.DirectoryCommand;
import io.clew.server.store.Progress;
import io.clew.store.Damage;
import io.clew.store.ReadControl;
import io.clew.store.ReadStoppedException;
import io.clew.store.Snapshot;
import io.clew.store.Window;
import io.clew.store.manifest.DirectoryLock;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code analyze}: a job over the traces of a window. */
@Command(
        name = "analyze",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs a job over every whole trace that begins in a range of time, with all processors, and writes its rows. The"
                    + " jobs that come with Clew are slow-sql and fan-out; your own is a file of Java source or a class in a"
                    + " jar (docs/analysis-jobs.md). Works on the data directory; while a server runs on it, on a snapshot that"
                    + " the server makes for the run.",
            "Exit code: 0 all rows are written, 1 they are not or traces were left out, 2 wrong options."
        })
public final class AnalyzeCommand extends DirectoryCommand {
    private static final int PLACES_SHOWN = 20;

    @Parameters(
            paramLabel = "JOB",
            arity = "0..1",
            description = "a job's name or class name, or a file of Java source, NAME.java")
    private @Nullable String name;

    @Option(names = "--list", description = "tell which jobs there are")
    private boolean list;

    @Option(
            names = "--from",
            paramLabel = "T",
            description = "only traces that begin then or later: -1h, -7d, 2026-09-21, 2026-09-21T14:13:20Z or epoch"
                    + " nanoseconds (default: all)")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "T", description = "only traces that begin then or before")
    private @Nullable String to;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "where the rows go: a file ending in .csv, .ndjson or .parquet, the first two also with .gz or .zst;"
                            + " or - for the standard output (default: -)")
    private String file = "-";

    @Option(
            names = "--format",
            paramLabel = "F",
            description = "csv, ndjson or parquet, whatever the file's name (default: csv)")
    private @Nullable String format;

    @Option(names = "--overwrite", description = "replace the file if it is there")
    private boolean overwrite;

    @Option(
            names = "--jar",
            paramLabel = "FILE",
            description = "a jar with jobs, or one that they need; may be repeated")
    private List<Path> jars = new ArrayList<>();

    @Option(
            names = "--on-error",
            paramLabel = "stop|skip",
            description = "when the job throws at a trace: stop (default), or leave the trace out and count it")
    private String onError = "stop";

    @Option(names = "--threads", paramLabel = "N", description = "default: as many as there are processors")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--api", description = "print the directory of the jars that a job is compiled against")
    private boolean api;

    public AnalyzeCommand() {
        this(standardOutput(), System.err);
    }

    AnalyzeCommand(PrintStream out, PrintStream err) {
        super(out, err);
    }

    /** What is asked for, understood. */
    private record Asked(TraceJob job, List<Column> columns, Window window, Table format, Compression compression) {}

    @Override
    protected int run() throws IOException, ConfigException {
        if (api) {
            out.println(directoryOfJars());
            return 0;
        }
        check();
        // Before all that has to be removed again, so that the process ends after it is.
        try (Interruption interruption = new Interruption(err)) {
            return run(interruption);
        }
    }

    private int run(Interruption interruption) throws IOException, ConfigException {
        if (name != null && name.endsWith(".java") && !list) {
            try (SourceJob source = SourceJob.compile(Path.of(name), jars)) {
                return run(source.job(), interruption);
            }
        }
        try (Jobs jobs = Jobs.load(jars)) {
            if (list) {
                int width = jobs.byName().keySet().stream()
                        .mapToInt(String::length)
                        .max()
                        .orElse(0);
                for (Map.Entry<String, TraceJob> job : jobs.byName().entrySet()) {
                    out.println((job.getKey() + " ".repeat(width - job.getKey().length()) + "  "
                                    + job.getValue().about())
                            .strip());
                }
                return 0;
            } else if (name == null) {
                throw new ConfigException("name a job: "
                        + String.join(", ", jobs.byName().keySet()) + ", or your own; clew analyze --help tells how");
            }
            return run(jobs.find(name), interruption);
        }
    }

    private void check() throws ConfigException {
        if (!onError.equals("stop") && !onError.equals("skip")) {
            throw new ConfigException("--on-error: expected stop or skip, read '" + onError + "'");
        } else if (threads < 1 || threads > 1024) {
            throw new ConfigException("--threads: expected a whole number from 1 to 1024, read '" + threads + "'");
        }
    }

    private int run(TraceJob job, Interruption interruption) throws IOException, ConfigException {
        Asked asked = new Asked(job, job.columns(), window(Instant.now()), format(), compression());
        if (asked.format() == Table.PARQUET && (asked.compression() != Compression.NONE || file.equals("-"))) {
            throw new ConfigException(
                    "a Parquet file is compressed within, and is no stream: --out names a file that ends in"
                            + " .parquet");
        }
        Path directory = directory();
        try (RowsTarget target = file.equals("-")
                ? RowsTarget.stream(asked.format(), out)
                : RowsTarget.file(asked.format(), asked.compression(), Path.of(file), overwrite)) {
            return analyze(asked, directory, target, interruption);
        } catch (JobFailedException e) {
            err.println("clew: " + e.getMessage());
            Throwable cause = e.getCause();
            if (cause != null) {
                cause.printStackTrace(err);
            }
            err.println("clew: nothing is written"
                    + (e.trace() == null
                            ? ""
                            : "; --on-error skip leaves out traces at which the job fails, and counts them"));
            return 1;
        } catch (ReadStoppedException e) {
            err.println("clew: stopped; nothing is written");
            return 1;
        }
    }

    private int analyze(Asked asked, Path directory, RowsTarget target, Interruption interruption) throws IOException {
        try (OfflineStore store = OfflineStore.openExisting(directory)) {
            return analyze(asked, store, target, interruption);
        } catch (DirectoryLock.InUseException inUse) {
            try (LiveServer server = LiveServer.on(directory, inUse);
                    CopyOfServer copy = CopyOfServer.ask(server);
                    OfflineStore store = OfflineStore.openExisting(copy.directory())) {
                return analyze(asked, store, target, interruption);
            }
        }
    }

    private int analyze(Asked asked, OfflineStore store, RowsTarget target, Interruption interruption)
            throws IOException {
        Meter meter = new Meter(err);
        ReadControl control = ReadControl.until(interruption::isAsked);
        JobRun.Outcome outcome;
        try (Snapshot snapshot = store.embedded().snapshot()) {
            outcome = new JobRun(asked.job(), asked.format(), onError.equals("skip"), target.scratch())
                    .run(
                            snapshot,
                            asked.window(),
                            threads,
                            control,
                            (finished, total) -> meter.at(control.spans(), (double) finished / total),
                            target.out());
            control.check();
            target.finish(asked.columns());
        } finally {
            meter.clear();
        }
        return tell(outcome, control, meter);
    }

    private int tell(JobRun.Outcome outcome, ReadControl control, Meter meter) {
        boolean stream = file.equals("-");
        (stream ? err : out)
                .println((stream ? "clew: " : file + ": ") + Progress.count(outcome.rows(), "row") + " of "
                        + Progress.count(outcome.traces(), "trace") + " and "
                        + Progress.count(control.spans(), "span") + ", " + meter.summary(control.spans()));
        if (outcome.failed() > 0) {
            err.println(
                    "clew: the job failed at " + Progress.count(outcome.failed(), "trace") + ", left out of the rows:");
            for (JobRun.Failure failure : outcome.failures()) {
                err.println("clew:   " + failure.trace() + ": " + failure.what());
            }
            if (outcome.failed() > outcome.failures().size()) {
                err.printf(
                        Locale.ROOT,
                        "clew:   and %,d more%n",
                        outcome.failed() - outcome.failures().size());
            }
        }
        List<Damage> missed = control.missed();
        for (Damage place : missed.subList(0, Math.min(PLACES_SHOWN, missed.size()))) {
            err.println("clew: not read, so missing from the rows: " + place.line());
        }
        if (missed.size() > PLACES_SHOWN) {
            err.println("clew: and " + (missed.size() - PLACES_SHOWN) + " further places");
        }
        return outcome.failed() > 0 || !missed.isEmpty() ? 1 : 0;
    }

    private Window window(Instant now) throws ConfigException {
        Window window =
                new Window(moment("--from", from, Window.ALL.from(), now), moment("--to", to, Window.ALL.to(), now));
        if (window.to() < window.from()) {
            throw new ConfigException("--to (" + to + ") is before --from (" + from + ")");
        }
        return window;
    }

    private static long moment(String option, @Nullable String text, long otherwise, Instant now)
            throws ConfigException {
        return text == null
                ? otherwise
                : Moment.read(text, now)
                        .orElseThrow(() -> new ConfigException(
                                option + ": expected " + Moment.EXPECTED + "; read '" + text + "'"));
    }

    private Table format() throws ConfigException {
        String asked = format;
        if (asked != null) {
            return Table.of(asked)
                    .orElseThrow(() -> new ConfigException(
                            "--format: expected one of csv, ndjson, parquet, read '" + asked + "'"));
        } else if (file.equals("-")) {
            return Table.CSV;
        }
        String plain = file.replaceFirst("\\.(gz|zst)$", "");
        return Table.of(plain.substring(plain.lastIndexOf('.') + 1))
                .orElseThrow(
                        () -> new ConfigException("--out: a file ends in .csv, .ndjson or .parquet, the first two also"
                                + " with .gz or .zst, or --format says what it is; read '" + file + "'"));
    }

    private Compression compression() {
        return file.endsWith(".gz") ? Compression.GZIP : file.endsWith(".zst") ? Compression.ZSTD : Compression.NONE;
    }

    private static Path directoryOfJars() throws IOException {
        try {
            Path jar = Path.of(TraceJob.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path directory = jar.getParent();
            if (directory == null || !jar.toString().endsWith(".jar")) {
                throw new IOException(
                        "this runs from classes (" + jar + "), not from jars: ./clew analyze --api names them");
            }
            return directory;
        } catch (URISyntaxException e) {
            throw new IOException("it is not known where this program's jars are", e);
        }
    }
}

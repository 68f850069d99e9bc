package io.clew.quality.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code ./clew bench}: measures the server, as its own process with the flags of {@code up}, under the reference load,
 * and Zipkin's with the same spans; prints what docs/benchmarks.md holds. Exit code 1 when a bar is missed or something
 * could not be measured, 2 for a wrong command line. The launcher says where the server is: the properties
 * clew.server.jar, clew.server.flags, clew.root, and clew.server.aot, empty when there is no start-up cache.
 */
public final class Bench {
    private final Workbench bench;
    private final Report report;
    private OptionalDouble steady = OptionalDouble.empty();

    private Bench(Workbench bench) {
        this.bench = bench;
        this.report = bench.report();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (Stream.of(arguments).anyMatch(a -> a.equals("--help") || a.equals("-h"))) {
            System.out.println(Options.USAGE);
            return;
        }
        Options options;
        try {
            options = Options.of(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage() + "\n\n" + Options.USAGE);
            System.exit(2);
            return;
        }
        // The gRPC client tells what it found on this machine.
        Logger.getLogger("").setLevel(Level.WARNING);
        Path root = Path.of(property("clew.root"));
        Path results = root.resolve("target/bench");
        Path directory = options.directory();
        Files.createDirectories(results);
        Path below = Files.createDirectories(directory == null ? results : directory);
        // Named so that whoever finds it after a crash knows that it can go.
        Path work = Files.createTempDirectory(below.toAbsolutePath(), "bench-work-");
        Thread atExit = new Thread(() -> clear(work));
        Runtime.getRuntime().addShutdownHook(atExit);
        ServerCommand server = ServerCommand.ofJar(
                Path.of(property("clew.server.jar")),
                Path.of(property("clew.server.flags")),
                Optional.of(property("clew.server.aot"))
                        .filter(file -> !file.isEmpty())
                        .map(Path::of),
                options.jvmFlags());
        Bench bench = new Bench(new Workbench(options, server, work, root, new Report()));
        bench.run();
        boolean kept = bench.tell(results, "./clew bench " + String.join(" ", arguments));
        System.exit(kept ? 0 : 1);
    }

    /** All words of its command line but values. */
    public static List<String> words() {
        return Stream.concat(
                        Stream.of(Series.values()).map(Series::word),
                        Pattern.compile("--[a-z][a-z-]*")
                                .matcher(Options.USAGE)
                                .results()
                                .map(MatchResult::group)
                                .distinct())
                .toList();
    }

    private void run() throws InterruptedException {
        Options options = bench.options();
        Progress.say(
                "measuring %s; seed %d; working in %s",
                String.join(", ", options.series().stream().map(Series::word).toList()), options.seed(), bench.work());
        measure(Series.INGEST, () -> steady = Ingest.measure(bench));
        if (options.has(Series.START) || options.has(Series.SIZE) || options.has(Series.QUERIES)) {
            measure("store", () -> Store.measure(bench));
        }
        measure(Series.SIZE, () -> TrainTicketSize.measure(bench));
        measure(Series.ANALYSIS, () -> Analysis.measure(bench));
        measure(Series.OVERLOAD, () -> Overload.measure(bench));
        measure(Series.ZIPKIN, () -> BesideZipkin.measure(bench, steady));
        measure(Series.SOAK, () -> Soak.measure(bench));
    }

    private interface Measurement {
        void run() throws IOException, InterruptedException;
    }

    private void measure(Series series, Measurement measurement) throws InterruptedException {
        if (bench.options().has(series)) {
            measure(series.word(), measurement);
        }
    }

    /** What fails costs its own figures only. */
    private void measure(String what, Measurement measurement) throws InterruptedException {
        Progress.say("%s", what);
        try {
            measurement.run();
        } catch (IOException | RuntimeException e) {
            Progress.say("%s FAILED: %s", what, e);
            e.printStackTrace(System.out);
            report.missing("the rest of " + what, String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
        }
    }

    /** Prints the figures, keeps them below {@code results}, and answers whether every bar was kept. */
    private boolean tell(Path results, String command) throws IOException {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("command", command.strip());
        run.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        run.put("cores", Runtime.getRuntime().availableProcessors());
        run.put("processor", Machine.processor());
        run.put("memory", Machine.memory());
        run.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        run.put("disk", Files.getFileStore(bench.work()).type());
        run.put("jdk", Runtime.version().toString());
        run.put("load", Machine.load());
        run.put("seed", bench.options().seed());
        String page = "Measured " + run.get("time") + " by `" + run.get("command") + "` on " + run.get("cores")
                + " cores shared with the load generator (" + run.get("processor") + ", " + run.get("memory") + ", "
                + run.get("system") + ", " + run.get("disk") + "), JDK " + run.get("jdk") + ", seed " + run.get("seed")
                + "; load average at the end " + run.get("load") + ".\n\n" + report;
        Files.writeString(results.resolve("result.md"), page);
        Files.writeString(results.resolve("result.json"), report.json(run));
        System.out.println();
        System.out.println(page);
        List<String> missed = report.missed();
        Progress.say(
                "%s; kept in %s and result.json",
                missed.isEmpty() ? "every bar is kept" : "MISSED: " + String.join("; ", missed),
                results.resolve("result.md"));
        return missed.isEmpty();
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("the property " + name + " is not set; ./clew bench sets it");
        }
        return value;
    }

    /** What was made is removed, also when the bench is interrupted. */
    private static void clear(Path work) {
        try {
            Workbench.delete(work);
        } catch (IOException e) {
            System.err.println("bench: cannot remove " + work + ": " + e.getMessage());
        }
    }
}

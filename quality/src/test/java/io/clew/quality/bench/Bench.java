package io.clew.quality.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.clew.quality.load.ReferenceLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./clew bench}: measures the server, as its own process with the flags of {@code up}, under the reference load,
 * and Zipkin's with the same spans; prints what docs/benchmarks.md holds. Exit code 1 when a bar is missed, 2 for a wrong
 * command line. The launcher says where the server is: the properties clew.server.jar, clew.server.flags, clew.root.
 */
public final class Bench {
    private static final int QUESTIONS = 200;

    /** What is asked of a full store. */
    private enum Question {
        BY_ID("trace by id", 20.0, true),
        SERVICE_AND_TIME("service + time", null, false),
        RARE_ATTRIBUTE("rare attribute", null, true),
        DURATION_RANGE("duration range", null, false);

        private final String label;
        private final @Nullable Double bar;
        /** Whether the answer must name the trace asked for. */
        private final boolean named;

        Question(String label, @Nullable Double bar, boolean named) {
            this.label = label;
            this.bar = bar;
            this.named = named;
        }

        private Function<Sample, java.net.URI> of(Candidate candidate) {
            return switch (this) {
                case BY_ID -> candidate::byId;
                case SERVICE_AND_TIME -> candidate::serviceAndTime;
                case RARE_ATTRIBUTE -> candidate::rareAttribute;
                case DURATION_RANGE -> candidate::durationRange;
            };
        }
    }

    /** What filling a candidate and asking it gave. */
    private record Filled(LoadRun.Stretch stretch, long anonymousMebibytes, Map<Question, Latencies> answers) {}

    private final Options options;
    private final Path jar = Path.of(property("clew.server.jar"));
    private final Path flags = Path.of(property("clew.server.flags"));
    private final Path root = Path.of(property("clew.root"));
    private final Path work;
    private final Report report = new Report();

    private Bench(Options options, Path work) {
        this.options = options;
        this.work = work;
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
            System.err.println("bench: " + e.getMessage() + "\n" + Options.USAGE);
            System.exit(2);
            return;
        }
        Path work = Files.createTempDirectory("clew-bench-");
        boolean kept;
        try {
            Bench bench = new Bench(options, work);
            bench.run();
            kept = bench.report.kept();
        } finally {
            delete(work);
        }
        System.exit(kept ? 0 : 1);
    }

    private void run() throws IOException, InterruptedException {
        System.out.printf(
                "bench: seed %d, %,d spans, then %d s warm-up and %d s measured; working in %s%n",
                options.seed(), options.spans(), options.warmUp(), options.seconds(), work);
        long start = epochNanos(Instant.now());
        Filled zipkin = options.zipkin() ? zipkin(start) : null;
        full(start, zipkin);
        steady(zipkin);
        System.out.println();
        System.out.println("Measured " + Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS) + ", "
                + Runtime.getRuntime().availableProcessors() + " cores shared with the load generator, JDK "
                + Runtime.version() + ", seed " + options.seed() + ".\n");
        System.out.println(report);
    }

    private Filled zipkin(long start) throws IOException, InterruptedException {
        Path zipkinJar = Zipkin.jar(root);
        try (Zipkin zipkin = new Zipkin(zipkinJar, work.resolve("zipkin.log"))) {
            return fill(zipkin, start);
        }
    }

    /** Fills the server with the spans asked for, lets it settle, measures what lies there, and asks it. */
    private void full(long start, @Nullable Filled zipkin) throws IOException, InterruptedException {
        try (Clew clew = new Clew(jar, flags, work.resolve("full"), options.jvmFlags())) {
            report.add("exec to ready", "ms", clew.readyMillis(), 3000.0, null);
            TimeUnit.SECONDS.sleep(2);
            report.add("idle RssAnon", "MiB", (double) clew.meter().anonymousMebibytes(), 300.0, null);
            Filled filled = fill(clew, start);
            JsonNode status = clew.status();
            long stored = status.get("spansStored").asLong();
            if (stored < filled.stretch().spans()) {
                throw new IOException("acknowledged " + filled.stretch().spans() + " spans, stored " + stored);
            }
            report.add("bytes a span on disk", "", (double) clew.dataBytes() / stored, 45.0, null);
            report.add(
                    "RssAnon, " + millions(options.spans()) + " spans stored",
                    "MiB",
                    (double) filled.anonymousMebibytes(),
                    null,
                    zipkin == null ? null : (double) zipkin.anonymousMebibytes());
            for (Question question : Question.values()) {
                Latencies answers = filled.answers().getOrDefault(question, new Latencies());
                Latencies theirs = zipkin == null ? null : zipkin.answers().get(question);
                report.add(
                        question.label + ", p50",
                        "ms",
                        answers.millis(0.5),
                        question.bar,
                        theirs == null ? null : theirs.millis(0.5));
                report.add(
                        question.label + ", p99",
                        "ms",
                        answers.millis(0.99),
                        null,
                        theirs == null ? null : theirs.millis(0.99));
            }
        }
    }

    private Filled fill(Candidate candidate, long start) throws IOException, InterruptedException {
        LoadRun run = new LoadRun(candidate, new ReferenceLoad(options.seed(), start));
        LoadRun.Stretch stretch = run.send("filling", options.spans(), 3600, true);
        long memory = candidate.meter().anonymousMebibytes();
        Map<Question, Latencies> answers = new EnumMap<>(Question.class);
        for (Question question : Question.values()) {
            answers.put(question, LoadRun.ask(run.samples(), question.of(candidate), QUESTIONS, question.named));
            System.out.println("bench: " + candidate.name() + ", " + question.label + ": " + answers.get(question));
        }
        return new Filled(stretch, memory, answers);
    }

    /** Loads a fresh server as hard as it takes, and measures when it is warm. */
    private void steady(@Nullable Filled zipkin) throws IOException, InterruptedException {
        try (Clew clew = new Clew(jar, flags, work.resolve("steady"), options.jvmFlags())) {
            LoadRun run = new LoadRun(clew, new ReferenceLoad(options.seed() + 1, epochNanos(Instant.now())));
            run.send("warming up", Long.MAX_VALUE, options.warmUp(), false);
            LoadRun.Stretch steady = run.send("steady", Long.MAX_VALUE, options.seconds(), false);
            report.add(
                    "server CPU a span",
                    "us",
                    steady.microsPerSpan(),
                    10.0,
                    zipkin == null ? null : zipkin.stretch().microsPerSpan());
            report.addRate(
                    "spans a second",
                    steady.spansPerSecond(),
                    zipkin == null ? null : zipkin.stretch().spansPerSecond());
            report.add("acknowledged, p50", "ms", steady.acknowledged().millis(0.5), null, null);
            report.add("acknowledged, p99", "ms", steady.acknowledged().millis(0.99), null, null);
            report.add("RssAnon under load", "MiB", (double) clew.meter().anonymousMebibytes(), null, null);
            System.out.printf(
                    "bench: Clew, steady: %,.0f spans/s, %.2f us/span, %,d busy answers%n",
                    steady.spansPerSecond(), steady.microsPerSpan(), steady.busy());
            Latencies visible = run.visible(100, 20);
            report.add("sent to found by id, p50", "ms", visible.millis(0.5), null, null);
            report.add("sent to found by id, p99", "ms", visible.millis(0.99), 1000.0, null);
        }
    }

    private static long epochNanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    private static String millions(long count) {
        return count % 1_000_000 == 0 ? count / 1_000_000 + " M" : String.valueOf(count);
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("the property " + name + " is not set; ./clew bench sets it");
        }
        return value;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

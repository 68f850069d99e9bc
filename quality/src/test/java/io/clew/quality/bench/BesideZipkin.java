package io.clew.quality.bench;

import io.clew.quality.load.ReferenceLoad;
import java.io.IOException;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Zipkin's server in memory and Clew, each filled with the same spans and asked the same questions. The processor time is
 * that of the last 30 % of the spans, so that both are warm, and of the work that is left when they are in.
 */
final class BesideZipkin {
    private static final long MOST_SPANS = 1_000_000;

    /** What both can be asked. */
    private enum Both {
        BY_ID("trace by id", Asking.Expected.THE_SAMPLE),
        SERVICE_AND_TIME("service + time", Asking.Expected.SOMETHING),
        RARE_VALUE("rare value", Asking.Expected.THE_SAMPLE),
        DURATION_RANGE("duration range", Asking.Expected.SOMETHING);

        private final String label;
        private final Asking.Expected expected;

        Both(String label, Asking.Expected expected) {
            this.label = label;
            this.expected = expected;
        }

        private URI ask(Candidate candidate, Sample sample) {
            return switch (this) {
                case BY_ID -> candidate.byId(sample);
                case SERVICE_AND_TIME -> candidate.serviceAndTime(sample);
                case RARE_VALUE -> candidate.rareAttribute(sample);
                case DURATION_RANGE -> candidate.durationRange(sample);
            };
        }
    }

    /**
     * What filling one of them measured.
     *
     * @param microsPerSpan of the last 30 %; {@code compiling} is the JVM's compilers' part of it
     * @param whole of all spans and of the start, microseconds a span
     */
    private record Filled(
            double microsPerSpan,
            double compiling,
            double whole,
            double spansPerSecond,
            double memory,
            Map<Both, Latencies> answers) {}

    private BesideZipkin() {}

    /** @param steady Clew's processor time a span in steady state, microseconds, when this run measured it */
    static void measure(Workbench bench, OptionalDouble steady) throws IOException, InterruptedException {
        Options options = bench.options();
        Report report = bench.report();
        long spans = Math.min(MOST_SPANS, options.sizes().getLast());
        report.section("Beside Zipkin, " + Options.spans(spans) + " spans");
        long start = Workbench.now();
        Filled zipkin;
        try (Zipkin server = new Zipkin(Zipkin.jar(bench.root()), bench.work().resolve("zipkin.log"))) {
            zipkin = fill(server, new ReferenceLoad(options.seed(), start), spans);
        }
        Filled clew;
        try (Clew server = bench.start("beside-zipkin", "--analysis-live", "off")) {
            clew = fill(server, new ReferenceLoad(options.seed(), start), spans);
        } finally {
            Workbench.delete(bench.work().resolve("beside-zipkin"));
        }
        report.beside("CPU a span, the last 30 %", "us", clew.microsPerSpan(), zipkin.microsPerSpan(), false);
        report.beside("of that, compiling by the JVM", "us", clew.compiling(), zipkin.compiling(), false);
        report.beside("CPU a span, start and all spans", "us", clew.whole(), zipkin.whole(), false);
        if (steady.isPresent()) {
            report.atLeast(
                    "Zipkin's over Clew's in steady state", "x", zipkin.microsPerSpan() / steady.getAsDouble(), 8);
        } else {
            report.missing("Zipkin's over Clew's in steady state", "needs the series ingest in the same run");
        }
        report.beside("spans a second", "", clew.spansPerSecond(), zipkin.spansPerSecond(), true);
        report.beside("RssAnon when filled", "MiB", clew.memory(), zipkin.memory(), false);
        for (Both both : Both.values()) {
            Latencies ours = clew.answers().get(both);
            Latencies theirs = zipkin.answers().get(both);
            if (ours == null || theirs == null) {
                report.missing(both.label, (ours == null ? "Clew" : "Zipkin") + " gave no right answer");
                continue;
            }
            report.beside(both.label + ", p50", "ms", ours.millis(0.5), theirs.millis(0.5), false);
            report.beside(both.label + ", p99", "ms", ours.millis(0.99), theirs.millis(0.99), false);
        }
    }

    private static Filled fill(Candidate candidate, ReferenceLoad load, long spans)
            throws IOException, InterruptedException {
        LoadRun run = new LoadRun(candidate, load);
        long measured = spans * 3 / 10;
        double patience = 120 + spans / 2000.0;
        run.send("filling", spans - measured, patience);
        settle(candidate);
        long before = candidate.meter().cpuMicros();
        long compiledBefore = candidate.meter().compilingMicros();
        LoadRun.Stretch stretch = run.send("filling, measured", measured, patience);
        settle(candidate);
        if (run.spans() < spans) {
            throw new IOException(candidate.name() + " took only " + run.spans() + " of " + spans + " spans in time");
        }
        long after = candidate.meter().cpuMicros();
        double micros = (double) (after - before) / stretch.spans();
        double compiling = (double) (candidate.meter().compilingMicros() - compiledBefore) / stretch.spans();
        double memory = candidate.meter().anonymousMebibytes();
        Map<Both, Latencies> answers = new EnumMap<>(Both.class);
        for (Both both : Both.values()) {
            try {
                Latencies latencies =
                        Asking.ask(run.samples(), (sample, _) -> both.ask(candidate, sample), 200, 20, both.expected);
                answers.put(both, latencies);
                Progress.say("%s, %s: %s", candidate.name(), both.label, latencies);
            } catch (IOException e) {
                // Costs the figures of this question only.
                Progress.say("%s, %s FAILED: %s", candidate.name(), both.label, e);
            }
        }
        return new Filled(micros, compiling, (double) after / run.spans(), stretch.spansPerSecond(), memory, answers);
    }

    private static void settle(Candidate candidate) throws IOException, InterruptedException {
        if (!candidate.settle(60)) {
            throw new IOException(candidate.name() + " had work left a minute after the load's end");
        }
    }
}

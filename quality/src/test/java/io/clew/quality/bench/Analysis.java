package io.clew.quality.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.clew.quality.load.ReferenceLoad;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * What analysis costs: by stretches of load at a server with live analysis and at one without, by turns, each until
 * nothing is left to flush, merge or add up; and on a store of one day's traces, questions about the day, answered from
 * live cells and by adding up all spans.
 */
final class Analysis {
    private static final int ROUNDS = 2;
    private static final int QUESTIONS = 100;
    private static final long A_DAY = TimeUnit.DAYS.toNanos(1);
    /** Waiting for work that was put off, seconds. */
    private static final double PUT_OFF = 240;

    private final Workbench bench;
    private final Options options;
    private final Report report;

    private Analysis(Workbench bench) {
        this.bench = bench;
        this.options = bench.options();
        this.report = bench.report();
    }

    static void measure(Workbench bench) throws IOException, InterruptedException {
        Analysis analysis = new Analysis(bench);
        bench.needDisk((options(bench).warmUp() + (long) ROUNDS * options(bench).seconds()) * 700_000L);
        bench.report().section("Live analysis under load");
        analysis.added();
        for (long size : options(bench).sizes()) {
            bench.report().section("Analysis of a day of " + Options.spans(size) + " spans");
            analysis.day(size);
        }
    }

    private static Options options(Workbench bench) {
        return bench.options();
    }

    /** A server, and the processor time and spans of its stretches. */
    private static final class Side {
        private final Clew clew;
        private final LoadRun run;
        private final boolean live;
        private double micros;
        private long spans;

        private Side(Clew clew, long seed, boolean live) {
            this.clew = clew;
            this.run = new LoadRun(clew, new ReferenceLoad(seed, Workbench.now()));
            this.live = live;
            run.keepInStep();
        }

        private void settle() throws IOException, InterruptedException {
            if (!(live ? clew.settleLive(PUT_OFF) : clew.settle(PUT_OFF))) {
                throw new IOException("what was put off is not done after " + PUT_OFF + " s");
            }
        }

        private void warmUp(int seconds) throws IOException, InterruptedException {
            run.send("warming up", Long.MAX_VALUE, seconds);
            settle();
        }

        private void stretch(int seconds) throws IOException, InterruptedException {
            long before = clew.meter().cpuMicros();
            LoadRun.Stretch stretch = run.send(live ? "live" : "not live", Long.MAX_VALUE, seconds);
            settle();
            micros += clew.meter().cpuMicros() - before;
            spans += stretch.spans();
        }

        private double microsPerSpan() {
            return micros / spans;
        }
    }

    private void added() throws IOException, InterruptedException {
        try (Clew without = bench.start("not-live", "--analysis-live", "off");
                Clew with = bench.start("live", "--analysis-live", "on")) {
            Side off = new Side(without, options.seed() + 4, false);
            Side on = new Side(with, options.seed() + 4, true);
            off.warmUp(options.warmUp());
            on.warmUp(options.warmUp());
            for (int round = 0; round < ROUNDS; round++) {
                off.stretch(options.seconds());
                on.stretch(options.seconds());
            }
            report.add("server CPU a span until all is done, without live analysis", "us", off.microsPerSpan());
            report.atMost("server CPU a span until all is done, with live analysis", "us", on.microsPerSpan(), 5);
            report.atMost("added by live analysis", "us", on.microsPerSpan() - off.microsPerSpan(), 1);
        } finally {
            Workbench.delete(bench.work().resolve("not-live"));
            Workbench.delete(bench.work().resolve("live"));
        }
    }

    private void day(long size) throws IOException, InterruptedException {
        try {
            long end = Workbench.now();
            try (Clew clew = bench.start("day", "--analysis-live", "on")) {
                LoadRun run =
                        new LoadRun(clew, ReferenceLoad.over(options.seed() + 5, end - A_DAY, A_DAY * 99 / 100, size));
                run.send("filling a day", size, 120 + size / 1e4);
                if (!clew.settleLive(PUT_OFF + size / 1e5)) {
                    throw new IOException("what was put off is not done");
                }
                report.add("cells kept", "MiB", clew.metrics().value("clew_live_bytes") / (1 << 20));
                ask("map of the last day", "map?limit=500", clew, size);
                ask("RED of the last day, by service", "red?by=service", clew, size);
                ask("RED of the last day, by operation", "red?by=operation", clew, size);
            }
            offline(end, size);
        } finally {
            Workbench.delete(bench.work().resolve("day"));
        }
    }

    private void ask(String what, String question, Clew clew, long size) throws IOException, InterruptedException {
        Latencies answers = new Latencies();
        // The first answers add up what later ones have ready, and load classes.
        for (int i = -10; i < QUESTIONS; i++) {
            long now = Workbench.now();
            long start = System.nanoTime();
            JsonNode answer = clew.ask(question + "&start=" + (now - A_DAY) + "&end=" + now);
            if (i >= 0) {
                answers.add(System.nanoTime() - start);
            }
            JsonNode rows = question.startsWith("map") ? answer.path("edges").path("rows") : answer.path("rows");
            if (rows.isEmpty()) {
                throw new IOException("no rows in the answer to " + question);
            }
        }
        Progress.say("%s: %s", what, answers);
        report.atMost(what + ", p50", "ms", answers.millis(0.5), size <= 10_000_000 ? 100 : Double.MAX_VALUE);
        report.add(what + ", p99", "ms", answers.millis(0.99));
    }

    /** A server that keeps no cells adds up all spans for each question. */
    private void offline(long end, long size) throws IOException, InterruptedException {
        try (Clew clew = bench.start("day", "--analysis-live", "off")) {
            Latencies answers = new Latencies();
            for (int i = -3; i < 5; i++) {
                long start = System.nanoTime();
                JsonNode answer = clew.ask("red?by=service&start=" + (end - 2 * A_DAY) + "&end=" + (end + A_DAY));
                if (i >= 0) {
                    answers.add(System.nanoTime() - start);
                }
                long calls = 0;
                for (JsonNode row : answer.path("rows")) {
                    calls += row.path("calls").asLong();
                }
                if (calls < size) {
                    throw new IOException("the day has " + calls + " calls instead of " + size);
                }
            }
            report.atLeast(
                    "spans a second added up, " + Runtime.getRuntime().availableProcessors() + " cores",
                    "",
                    size / answers.millis(0.5) * 1e3,
                    1_000_000);
        }
    }
}

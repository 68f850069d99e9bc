package io.clew.quality.bench;

import io.clew.quality.load.ReferenceLoad;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fills one store to each of the sizes asked for, lets it settle, and measures there what is wanted: its size, questions,
 * starts.
 */
final class Store {
    private static final String NAME = "store";
    private static final int CLEAN_STARTS = 5;
    private static final int KILLS = 3;
    private static final int IDLE_CLIENTS = 1000;
    /** Load before a kill, seconds: enough that several chunks of the head are full. */
    private static final double LOAD_BEFORE_KILL = 6;

    private final Workbench bench;
    private final Options options;
    private final Report report;
    private Clew clew;

    private Store(Workbench bench) throws IOException, InterruptedException {
        this.bench = bench;
        this.options = bench.options();
        this.report = bench.report();
        this.clew = start(bench);
    }

    /** Without live analysis, which has a series of its own. */
    private static Clew start(Workbench bench) throws IOException, InterruptedException {
        return bench.start(NAME, "--analysis-live", "off");
    }

    static void measure(Workbench bench) throws IOException, InterruptedException {
        bench.needDisk(bench.options().sizes().getLast());
        if (bench.options().has(Series.START)) {
            empty(bench);
        }
        Store store = new Store(bench);
        try {
            store.measure();
        } finally {
            store.clew.close();
            Workbench.delete(bench.work().resolve(NAME));
        }
    }

    private static void empty(Workbench bench) throws IOException, InterruptedException {
        bench.report().section("Start of an empty store");
        try (Clew clew = bench.start("empty")) {
            bench.report().add("exec to ready", "ms", clew.readyMillis());
            TimeUnit.SECONDS.sleep(5);
            bench.report().add("idle RssAnon", "MiB", clew.meter().anonymousMebibytes());
            bench.report().add("live heap", "MiB", clew.liveHeapMebibytes());
        } finally {
            Workbench.delete(bench.work().resolve("empty"));
        }
    }

    private void measure() throws IOException, InterruptedException {
        LoadRun run = new LoadRun(clew, new ReferenceLoad(options.seed(), Workbench.now()));
        // What kills lose must not be among the spans asked for.
        LoadRun doomed = new LoadRun(clew, new ReferenceLoad(options.seed() + 3, Workbench.now()));
        List<String> titles = new ArrayList<>();
        for (long size : options.sizes()) {
            titles.add("Store of " + Options.spans(size) + " spans");
            report.section(titles.getLast());
            run.continueWith(clew);
            fill(run, size - clew.status().get("spansStored").asLong(), size);
            if (options.has(Series.QUERIES)) {
                for (Question question : Question.values()) {
                    try {
                        ask(question, run, size);
                    } catch (IOException e) {
                        // Costs the figures of this question only.
                        Progress.say("%s FAILED: %s", question.label(), e);
                        report.missing(question.label(), String.valueOf(e.getMessage()));
                    }
                }
            }
            if (options.has(Series.START)) {
                starts();
                kills(doomed);
            }
        }
        if (titles.size() > 1) {
            report.sideBySide("Cost over size", titles);
        }
    }

    private void fill(LoadRun run, long missing, long size) throws IOException, InterruptedException {
        long before = run.spans();
        // A machine that is too slow for 10,000 spans a second tells nothing.
        LoadRun.Stretch stretch = run.send("filling to " + Options.spans(size), missing, 120 + missing / 1e4);
        if (run.spans() - before < missing) {
            throw new IOException("only " + stretch.spans() + " of " + missing + " spans were taken in time");
        }
        report.add("filled at, spans a second", "", stretch.spansPerSecond());
        long start = System.nanoTime();
        boolean settled = clew.settle(60 + size / 1e6);
        double seconds = (System.nanoTime() - start) / 1e9;
        Progress.say("settled: %s, after %.0f s", settled ? "yes" : "no", seconds);
        if (options.has(Series.SIZE)) {
            long stored = clew.status().get("spansStored").asLong();
            report.add("data directory", "MiB", (double) clew.dataBytes() / (1 << 20));
            report.atMost("bytes a span on disk", "", (double) clew.dataBytes() / stored, 30);
            report.add("of these the log", "", (double) clew.logBytes() / stored);
            report.add("blocks", "", clew.status().get("blocks").asDouble());
            clew.tellColumns("reference load, " + Options.spans(size) + " spans", report);
            if (settled) {
                report.atMost("all merged after the load's end", "s", seconds, 60 + size / 1e6);
            } else {
                report.missing("all merged after the load's end", "still not after " + Math.round(seconds) + " s");
            }
        }
        report.add("RssAnon when filled", "MiB", clew.meter().anonymousMebibytes());
    }

    /** Stops it in an orderly way and starts it again, and drops the page cache between, if that is wanted and allowed. */
    private boolean restart(boolean dropCaches) throws IOException, InterruptedException {
        clew.close();
        boolean dropped = dropCaches && PageCache.drop();
        clew = start(bench);
        return dropped;
    }

    private void ask(Question question, LoadRun run, long size) throws IOException, InterruptedException {
        boolean dropped = restart(true);
        Asking.Expected expected = question.findsNothing()
                ? Asking.Expected.NOTHING
                : question.namesSample() ? Asking.Expected.THE_SAMPLE : Asking.Expected.SOMETHING;
        boolean slow = question == Question.REGEX_WITHOUT_LITERAL;
        Meanwhile cpu = new Meanwhile();
        Latencies answers = Asking.ask(
                run.samples(),
                (sample, turn) -> {
                    cpu.measureFrom(turn, slow ? 0 : Asking.NOT_MEASURED);
                    return question.ask(clew, sample, turn);
                },
                slow ? 10 : 200,
                25,
                expected);
        double micros = cpu.micros();
        tell(question, question.label(), answers, dropped);
        if (!slow) {
            boolean droppedAgain = PageCache.drop();
            Latencies warm = Asking.ask(
                    others(run.samples()), (sample, turn) -> question.ask(clew, sample, turn), 200, 25, expected);
            tell(question, question.label() + ", JVM warm", warm, droppedAgain);
        }
        if (question == Question.REGEX_WITHOUT_LITERAL) {
            double megabytes = Sample.urlBytesPerSpan(options.seed()) * size / 1e6;
            report.add("text searched by regex without a literal", "MB/s", megabytes / answers.millis(0.5) * 1e3);
        }
        if (question == Question.COLUMN_SCAN) {
            double seconds = micros / 1e6 / answers.count();
            report.atLeast("scan of two columns, spans a second and core", "M", size / seconds / 1e6, 200);
        }
    }

    /** The same samples, those first that no question of the series before was of. */
    private static List<Sample> others(List<Sample> samples) {
        List<Sample> others = new ArrayList<>(samples);
        Collections.rotate(others, -(Asking.NOT_MEASURED + 200));
        return others;
    }

    private void tell(Question question, String label, Latencies answers, boolean dropped) {
        Progress.say(
                "%s: %s, %d questions%s",
                label, answers, answers.count(), dropped ? "" : " (page cache not dropped: needs root)");
        String note = dropped ? "" : ", page cache not dropped";
        tell(label + ", p50" + note, answers.millis(0.5), question.p50());
        tell(label + ", p99" + note, answers.millis(0.99), question.p99());
    }

    private void tell(String label, double millis, @Nullable Double bar) {
        if (bar == null) {
            report.add(label, "ms", millis);
        } else {
            report.atMost(label, "ms", millis, bar);
        }
    }

    /** Processor time of the server from one question on. */
    private final class Meanwhile {
        private long before;

        void measureFrom(int turn, int first) {
            if (turn == first) {
                before = now();
            }
        }

        double micros() {
            return Math.max(1, now() - before);
        }

        private long now() {
            try {
                return clew.meter().cpuMicros();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void starts() throws IOException, InterruptedException {
        Latencies ready = new Latencies();
        for (int i = 0; i < CLEAN_STARTS; i++) {
            restart(false);
            ready.add((long) (clew.readyMillis() * 1e6));
        }
        Progress.say("exec to ready after a clean stop: %s", ready);
        report.atMost("exec to ready after a clean stop, median of 5", "ms", ready.millis(0.5), 1500);
        report.add("exec to ready after a clean stop, slowest", "ms", ready.millis(1));
        if (restart(true)) {
            report.add("exec to ready after a clean stop, page cache dropped", "ms", clew.readyMillis());
        }
        if (bench.server().startUpCache().isPresent()) {
            report.add("start-up cache in use (1: the JVM would refuse to start otherwise)", "", 1);
        } else {
            report.missing("start-up cache in use", "the build made none");
        }
        TimeUnit.SECONDS.sleep(5);
        double idle = clew.meter().anonymousMebibytes();
        report.atMost("idle RssAnon", "MiB", idle, 200);
        try (IdleClients clients = new IdleClients(clew.port("otlp-http"), IDLE_CLIENTS)) {
            TimeUnit.SECONDS.sleep(2);
            report.atMost(
                    "RssAnon that " + clients.count() + " idle keep-alive clients add",
                    "MiB",
                    clew.meter().anonymousMebibytes() - idle,
                    20);
        }
        report.add("live heap, idle", "MiB", clew.liveHeapMebibytes());
    }

    private void kills(LoadRun doomed) throws IOException, InterruptedException {
        Latencies ready = new Latencies();
        for (int i = 0; i < KILLS; i++) {
            doomed.continueWith(clew);
            long before = doomed.spans();
            long storedBefore = clew.status().get("spansStored").asLong();
            Clew victim = clew;
            Thread killer = Thread.ofPlatform().start(() -> {
                try {
                    TimeUnit.MILLISECONDS.sleep((long) (LOAD_BEFORE_KILL * 1000));
                    victim.kill();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            try {
                doomed.send("loading before kill -9", Long.MAX_VALUE, 60);
            } catch (IOException expected) {
                Progress.say("killed under load after %,d spans", doomed.spans() - before);
            }
            killer.join();
            clew = start(bench);
            ready.add((long) (clew.readyMillis() * 1e6));
            long missing = storedBefore
                    + doomed.spans()
                    - before
                    - clew.status().get("spansStored").asLong();
            report.atMost(
                    "acknowledged spans missing after kill -9, round " + (i + 1), "", (double) Math.max(0, missing), 0);
            // Requests that were stored but not answered before the kill would make up for lost ones in that count.
            int notFound = 0;
            List<Sample> last = doomed.lastAcknowledged();
            for (Sample sample : last) {
                notFound += clew.holds(sample) ? 0 : 1;
            }
            report.atMost(
                    "not found by id, of the last " + last.size() + " acknowledged requests, round " + (i + 1),
                    "",
                    notFound,
                    0);
        }
        Progress.say("exec to ready after kill -9: %s", ready);
        report.atMost("exec to ready after kill -9 under load, slowest of 3", "ms", ready.millis(1), 3000);
    }
}

package io.clew.quality.bench;

import io.clew.quality.load.ReferenceLoad;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * More load than the server can take: first what it takes is measured with clients that wait, then three times that is
 * offered by one that does not; then everything it acknowledged is looked for, and it must be as quick as before.
 */
final class Overload {
    private static final double FACTOR = 3;
    /** An answer within this time is a normal one, unless the server took longer before. */
    private static final double NORMAL_MILLIS = 100;

    private static final int NORMAL_IN_A_ROW = 10;
    private static final Duration EXPORTERS_PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONGEST_RECOVERY = Duration.ofMinutes(2);

    /**
     * How it is done.
     *
     * @param warmUp seconds of load of clients that wait
     * @param seconds of overload
     * @param mostTimes how often the load may be doubled until something is refused, where what was measured is far from
     *     what the server can take
     * @param patience after which the client gives a request up
     */
    record Plan(
            ServerCommand server,
            Path data,
            long seed,
            double warmUp,
            double measured,
            double seconds,
            int mostTimes,
            Duration patience) {}

    /**
     * What came of it. Counts of requests, which have {@link ReferenceLoad#SPANS} spans each.
     *
     * @param capacity spans a second taken from clients that wait
     * @param growth by how much RssAnon grew in the last two thirds of the overload, MiB
     * @param missing acknowledged spans that are not stored, by the server's count
     * @param invented spans stored that nobody had acknowledged or left unanswered
     * @param notFound acknowledged spans looked for by their trace's id in vain
     * @param recovery seconds until answers were normal again, or -1
     */
    record Result(
            double capacity,
            double acknowledgedPerSecond,
            double offeredPerSecond,
            long refused,
            long wrong,
            @Nullable String firstWrong,
            long unanswered,
            Latencies acknowledged,
            Latencies refusedIn,
            double memoryBefore,
            double mostMemory,
            double growth,
            double fullCollections,
            long missing,
            long invented,
            int lookedFor,
            int notFound,
            double recovery) {}

    private Overload() {}

    /** The series of the bench: the server has one core for itself, the client another. */
    static void measure(Workbench bench) throws IOException, InterruptedException {
        Report report = bench.report();
        report.section("Overload, the server on one core");
        if (!Cores.canPin()) {
            report.missing("overload", "needs two cores and taskset (util-linux)");
            return;
        }
        Cores mine = Cores.mine();
        List<Cores> each = mine.each();
        boolean quick = bench.options().seconds() < 20;
        try {
            each.getLast().pinMyself();
            Result result = run(new Plan(
                    bench.server().on(each.getFirst()),
                    bench.work().resolve("overload"),
                    bench.options().seed() + 4,
                    quick ? 5 : 20,
                    quick ? 5 : 15,
                    quick ? 6 : 30,
                    0,
                    EXPORTERS_PATIENCE));
            add(result, report);
        } finally {
            mine.pinMyself();
            Workbench.delete(bench.work().resolve("overload"));
        }
    }

    private static void add(Result result, Report report) {
        report.add("taken from clients that wait, spans a second", "", result.capacity());
        report.atLeast("offered, times that", "x", result.offeredPerSecond() / result.capacity(), 2.9);
        report.atLeast(
                "acknowledged meanwhile, share of it",
                "%",
                100 * result.acknowledgedPerSecond() / result.capacity(),
                50);
        report.atLeast("refused for now", "requests", (double) result.refused(), 1);
        String first = result.firstWrong();
        report.atMost("other answers" + (first == null ? "" : ", " + first), "requests", (double) result.wrong(), 0);
        report.atMost("not answered within 10 s", "requests", (double) result.unanswered(), 0);
        report.add("acknowledged, p50", "ms", result.acknowledged().millis(0.5));
        report.add("acknowledged, p99", "ms", result.acknowledged().millis(0.99));
        report.add("refused, p99", "ms", result.refusedIn().millis(0.99));
        report.add("RssAnon before", "MiB", result.memoryBefore());
        report.add("RssAnon, most", "MiB", result.mostMemory());
        report.atMost("growth of it in the last two thirds", "MiB", result.growth(), 64);
        report.atMost("collections of the whole heap", "", result.fullCollections(), 0);
        report.atMost("acknowledged spans missing", "", (double) result.missing(), 0);
        report.atMost("spans stored that were refused", "", (double) result.invented(), 0);
        report.atMost("not found by id, of " + result.lookedFor(), "traces", result.notFound(), 0);
        if (result.recovery() < 0) {
            report.missing("normal again after", "not within " + LONGEST_RECOVERY.toSeconds() + " s");
        } else {
            report.atMost("normal again after", "s", result.recovery(), 5);
        }
    }

    /** Runs it; the server is stopped at the end, its directory stays. */
    static Result run(Plan plan) throws IOException, InterruptedException {
        try (Clew clew = new Clew(plan.server(), plan.data(), "--analysis-live", "off");
                OpenLoop client = new OpenLoop(
                        clew.intake(), new ReferenceLoad(plan.seed() + 1, Workbench.now()), plan.patience())) {
            LoadRun waiting = new LoadRun(clew, new ReferenceLoad(plan.seed(), Workbench.now()));
            waiting.send("one core, warming up", Long.MAX_VALUE, plan.warmUp());
            LoadRun.Stretch before = waiting.send("one core", Long.MAX_VALUE, plan.measured());
            double normal = Math.max(NORMAL_MILLIS, 2 * before.acknowledged().millis(0.99));
            double memoryBefore = clew.meter().anonymousMebibytes();
            List<Double> memory = new ArrayList<>();
            Thread sampler = Thread.ofPlatform().start(() -> sample(clew, memory));
            long start = System.nanoTime();
            Progress.say("offering %,.0f spans a second", FACTOR * before.spansPerSecond());
            client.run(FACTOR * before.spansPerSecond(), plan.seconds());
            for (int times = 1; times <= plan.mostTimes() && client.refused() == 0; times++) {
                client.run(FACTOR * before.spansPerSecond() * (1 << times), plan.seconds());
            }
            // What the last requests waited for their answers belongs to the overload too, but nothing was offered
            // then.
            double answered = (System.nanoTime() - start) / 1e9;
            if (!clew.isAlive()) {
                throw new IOException("the server ended under the load; its last words: " + clew.lastWords());
            }
            double recovery = recovery(client, clew, normal);
            sampler.interrupt();
            sampler.join();
            Progress.say(
                    "acknowledged %,d requests, refused %,d, wrong %,d, unanswered %,d, not offered %,d",
                    client.acknowledged(), client.refused(), client.wrong(), client.unanswered(), client.notOffered());
            long acknowledged = waiting.spans() + client.acknowledged() * ReferenceLoad.SPANS;
            long stored = clew.status().get("spansStored").asLong();
            List<Sample> asked = client.someAcknowledged(300);
            int notFound = 0;
            for (Sample sample : asked) {
                notFound += clew.holds(sample) ? 0 : 1;
            }
            double first = memory.subList(0, Math.max(1, memory.size() / 3)).stream()
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElse(0);
            double most = memory.stream().mapToDouble(Double::doubleValue).max().orElse(0);
            return new Result(
                    before.spansPerSecond(),
                    client.acknowledged() * ReferenceLoad.SPANS / answered,
                    client.offered() * ReferenceLoad.SPANS / plan.seconds(),
                    client.refused(),
                    client.wrong(),
                    client.firstWrong(),
                    client.unanswered(),
                    client.acknowledgedIn(),
                    client.refusedIn(),
                    memoryBefore,
                    most,
                    Math.max(0, most - first),
                    clew.metrics().fullCollections(),
                    Math.max(0, acknowledged - stored),
                    Math.max(0, stored - acknowledged - client.unanswered() * ReferenceLoad.SPANS),
                    asked.size(),
                    notFound,
                    recovery);
        }
    }

    /** Seconds until ten probes in a row were acknowledged in a normal time; -1 when that does not come in {@link #LONGEST_RECOVERY}. */
    private static double recovery(OpenLoop client, Clew clew, double normalMillis)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        long firstNormal = start;
        int inARow = 0;
        while (System.nanoTime() - start < LONGEST_RECOVERY.toNanos()) {
            if (inARow == 0) {
                firstNormal = System.nanoTime();
            }
            long took = client.probe();
            long asked = System.nanoTime();
            clew.status();
            boolean normal =
                    took >= 0 && took / 1e6 <= normalMillis && (System.nanoTime() - asked) / 1e6 <= normalMillis;
            inARow = normal ? inARow + 1 : 0;
            if (inARow == NORMAL_IN_A_ROW) {
                return (firstNormal - start) / 1e9;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return -1;
    }

    private static void sample(Clew clew, List<Double> memory) {
        try {
            while (true) {
                memory.add(clew.meter().anonymousMebibytes());
                TimeUnit.MILLISECONDS.sleep(200);
            }
        } catch (InterruptedException over) {
            return;
        } catch (IOException e) {
            Progress.say("the server's memory cannot be read: %s", e);
        }
    }
}

package io.clew.quality.bench;

import io.clew.quality.load.ReferenceLoad;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Steady load for minutes, measured minute by minute: whether time a span, memory or pauses drift. */
final class Soak {
    private Soak() {}

    static void measure(Workbench bench) throws IOException, InterruptedException {
        Options options = bench.options();
        Report report = bench.report();
        report.section("Soak, " + options.soakMinutes() + " minutes of OTLP/HTTP");
        bench.needDisk(options.soakMinutes() * 60L * 200_000);
        List<LoadRun.Stretch> minutes = new ArrayList<>();
        StringBuilder table = new StringBuilder("| minute | us a span | spans a second | acknowledged p50 | p99 |"
                + " RssAnon MiB | heap MiB | rewrites |\n|---|---|---|---|---|---|---|---|\n");
        try (Clew clew = bench.start("soak", "--analysis-live", "off")) {
            LoadRun run = new LoadRun(clew, new ReferenceLoad(options.seed() + 2, Workbench.now()));
            run.send("warming up", Long.MAX_VALUE, options.warmUp());
            double mostHeap = 0;
            ServerMetrics before = clew.metrics();
            for (int minute = 1; minute <= options.soakMinutes(); minute++) {
                LoadRun.Stretch stretch = run.send("minute " + minute, Long.MAX_VALUE, 60);
                ServerMetrics after = clew.metrics();
                minutes.add(stretch);
                mostHeap = Math.max(mostHeap, after.heapMebibytes());
                table.append(String.format(
                        Locale.ROOT,
                        "| %d | %.2f | %,.0f | %.1f | %.0f | %.0f | %.0f | %.2f |%n",
                        minute,
                        stretch.microsPerSpan(),
                        stretch.spansPerSecond(),
                        stretch.acknowledged().millis(0.5),
                        stretch.acknowledged().millis(0.99),
                        stretch.mostMemory(),
                        after.heapMebibytes(),
                        (after.rewritten() - before.rewritten()) / Math.max(1, after.flushed() - before.flushed())));
                before = after;
            }
            report.add("server CPU a span, all minutes", "us", microsPerSpan(minutes));
            int third = Math.max(1, minutes.size() / 3);
            double first = microsPerSpan(minutes.subList(0, third));
            double last = microsPerSpan(minutes.subList(minutes.size() - third, minutes.size()));
            report.atMost("drift of it, last third over first third", "%", 100 * (last / first - 1), 10);
            report.atMost("heap used, most seen", "MiB", mostHeap, 1024);
            report.atMost("collections of the whole heap", "", before.fullCollections(), 0);
            boolean settled = clew.settle(120);
            ServerMetrics end = clew.metrics();
            report.atMost("rewrites of a span after its first flush", "", end.rewritten() / end.flushed(), 1.0);
            report.atMost(
                    "acknowledged spans missing",
                    "",
                    Math.max(0, run.spans() - clew.status().get("spansStored").asDouble()),
                    0);
            report.add(
                    "bytes a span on disk" + (settled ? "" : ", merges still due"),
                    "",
                    (double) clew.dataBytes() / run.spans());
            report.table("Soak by minute", table.toString());
        } finally {
            Workbench.delete(bench.work().resolve("soak"));
        }
    }

    private static double microsPerSpan(List<LoadRun.Stretch> stretches) {
        return stretches.stream().mapToDouble(LoadRun.Stretch::micros).sum()
                / stretches.stream().mapToLong(LoadRun.Stretch::spans).sum();
    }
}

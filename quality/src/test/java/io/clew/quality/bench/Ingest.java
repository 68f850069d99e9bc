package io.clew.quality.bench;

import io.clew.quality.load.ReferenceLoad;
import java.io.IOException;
import java.util.OptionalDouble;

/** Loads a fresh server as hard as it takes, and measures when it is warm: by HTTP, by gRPC, by HTTP with gzip. */
final class Ingest {
    /** Changing the protocol needs some warming too. */
    private static final double WARM_UP_AGAIN = 1 / 6.0;

    private final Workbench bench;
    private final Report report;

    private Ingest(Workbench bench) {
        this.bench = bench;
        this.report = bench.report();
    }

    /** Answers the processor time a span over HTTP, microseconds. */
    static OptionalDouble measure(Workbench bench) throws IOException, InterruptedException {
        return OptionalDouble.of(new Ingest(bench).measure());
    }

    private double measure() throws IOException, InterruptedException {
        Options options = bench.options();
        bench.needDisk((options.warmUp() + 3L * options.seconds()) * 300_000L);
        report.section("Ingest, steady state");
        try (Clew clew = bench.start("ingest", "--analysis-live", "off")) {
            LoadRun run = new LoadRun(clew, new ReferenceLoad(options.seed() + 1, Workbench.now()));
            long cpuAtStart = clew.meter().cpuMicros();
            run.send("warming up", Long.MAX_VALUE, options.warmUp());
            ServerMetrics warm = clew.metrics();
            LoadRun.Stretch http = run.send("HTTP", Long.MAX_VALUE, options.seconds());
            ServerMetrics after = clew.metrics();
            report.atMost("server CPU a span, OTLP/HTTP", "us", http.microsPerSpan(), 4.0);
            LoadRun.Stretch grpc = other("gRPC", run, Sender.grpc(clew.port("otlp-grpc")));
            report.atMost("server CPU a span, OTLP/gRPC", "us", grpc.microsPerSpan(), 5.0);
            LoadRun.Stretch gzip = other("HTTP with gzip", run, Sender.gzip(clew.intake()));
            report.atMost("server CPU a span, OTLP/HTTP with gzip", "us", gzip.microsPerSpan(), 5.5);
            report.add("spans a second, OTLP/HTTP", "", http.spansPerSecond());
            report.add("acknowledged, p50", "ms", http.acknowledged().millis(0.5));
            report.add("acknowledged, p99", "ms", http.acknowledged().millis(0.99));
            report.add("busy answers", "", (double) http.busy());
            report.add("RssAnon, most", "MiB", http.mostMemory());
            report.add("heap used after the stretch", "MiB", after.heapMebibytes());
            report.add("collections of garbage", "", after.collections() - warm.collections());
            report.add(
                    "time in collections",
                    "%",
                    100 * (after.collectionSeconds() - warm.collectionSeconds()) / http.seconds());
            visible(run);
            settle(clew, run, cpuAtStart);
            return http.microsPerSpan();
        } finally {
            Workbench.delete(bench.work().resolve("ingest"));
        }
    }

    private LoadRun.Stretch other(String what, LoadRun run, Sender sender) throws IOException, InterruptedException {
        run.send(
                "warming up " + what,
                sender,
                Long.MAX_VALUE,
                Math.ceil(bench.options().warmUp() * WARM_UP_AGAIN));
        return run.send(what, sender, Long.MAX_VALUE, Math.ceil(bench.options().seconds() * 2 / 3.0));
    }

    private void visible(LoadRun run) throws IOException, InterruptedException {
        Latencies visible = run.visible(100, 20);
        report.add("sent to found by id, p50", "ms", visible.millis(0.5));
        report.atMost("sent to found by id, p99", "ms", visible.millis(0.99), 1000);
    }

    /** What the whole run cost, until nothing is left to flush or merge: so that work put off is counted too. */
    private void settle(Clew clew, LoadRun run, long cpuAtStart) throws IOException, InterruptedException {
        long start = System.nanoTime();
        boolean settled = clew.settle(120);
        ServerMetrics end = clew.metrics();
        report.atMost("rewrites of a span after its first flush, whole run", "", end.rewritten() / end.flushed(), 1.0);
        report.add(
                "server CPU a span, whole run until all is merged, start and warm-up included",
                "us",
                (double) (clew.meter().cpuMicros() - cpuAtStart) / run.spans());
        if (settled) {
            report.atMost("all merged after the load's end", "s", (System.nanoTime() - start) / 1e9, 60);
        } else {
            report.missing("all merged after the load's end", "not within two minutes");
        }
        report.atMost("collections of the whole heap", "", end.fullCollections(), 0);
        double stored = clew.status().get("spansStored").asDouble();
        report.atMost("acknowledged spans missing", "", Math.max(0, run.spans() - stored), 0);
    }
}

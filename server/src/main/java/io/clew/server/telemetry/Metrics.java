package io.clew.server.telemetry;

import io.clew.store.StoreStats;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.SummaryWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The page {@code /metrics} in Prometheus's text format. Counters start with the process; gauges are as of now. */
public final class Metrics {
    private final Counters counters;
    private final TimeToVisible timeToVisible;
    private final Supplier<Optional<StoreStats>> stats;
    private final Supplier<LiveState> live;
    private final BooleanSupplier writable;
    private final DoubleSupplier diskFree;
    private final PrometheusRegistry registry = new PrometheusRegistry();

    /**
     * Registers everything there is to read.
     *
     * @param stats the store's figures, or empty while there is no store
     * @param writable whether spans are kept at present; asked while there is a store
     * @param diskFree bytes free on the store's disk, or {@link Double#NaN} when that cannot be told
     */
    public Metrics(
            Counters counters,
            TimeToVisible timeToVisible,
            Supplier<Optional<StoreStats>> stats,
            Supplier<LiveState> live,
            BooleanSupplier writable,
            DoubleSupplier diskFree) {
        this.writable = writable;
        this.diskFree = diskFree;
        this.counters = counters;
        this.timeToVisible = timeToVisible;
        this.stats = stats;
        this.live = live;
        registerCounters();
        registerStore();
        registerLive();
        summary(
                "clew_end_to_arrival",
                "From the end of a span to its arrival: the sender's batching and the network",
                TimeToVisible.Pair::endToArrival);
        summary(
                "clew_arrival_to_visible",
                "From the arrival of a span to its being seen by every query",
                TimeToVisible.Pair::arrivalToVisible);
        JvmMetrics.builder().register(registry);
    }

    /** The whole page. */
    public byte[] page() {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.builder().build().write(page, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return page.toByteArray();
    }

    private void registerCounters() {
        CounterWithCallback.builder()
                .name("clew_spans_received")
                .help("Spans received in requests that were answered with success, refused and repeated ones included")
                .labelNames("protocol")
                .callback(out -> counters.received().forEach((protocol, count) -> out.call((double) count, protocol)))
                .register(registry);
        CounterWithCallback.builder()
                .name("clew_spans_refused")
                .help("Spans not kept because of what is wrong with them")
                .labelNames("reason")
                .callback(out -> counters.refused().forEach((reason, count) -> out.call((double) count, reason)))
                .register(registry);
        CounterWithCallback.builder()
                .name("clew_records_not_taken")
                .help("Records of signals that are not kept yet")
                .labelNames("signal")
                .callback(out -> counters.notTaken().forEach((signal, count) -> out.call((double) count, signal)))
                .register(registry);
        CounterWithCallback.builder()
                .name("clew_requests")
                .help("Requests answered")
                .labelNames("door", "route", "code")
                .callback(out -> counters.requests()
                        .forEach((kind, count) -> out.call((double) count, kind.door(), kind.route(), kind.code())))
                .register(registry);
        counter("clew_spans_repeated", "Spans received that were stored already", StoreStats::spansRepeated);
        counter("clew_spans_flushed", "Spans written to their first block", StoreStats::spansFlushed);
        counter("clew_spans_rewritten", "Spans written again by merging", StoreStats::spansRewritten);
    }

    private void counter(String name, String help, ToDoubleFunction<StoreStats> value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(out -> stats.get().ifPresent(figures -> out.call(value.applyAsDouble(figures))))
                .register(registry);
    }

    private void registerStore() {
        gauge("clew_spans_stored", "Distinct spans that can be read now", StoreStats::spansStored);
        gauge("clew_traces_stored", "Distinct traces that can be read now", StoreStats::tracesStored);
        gauge("clew_blocks", "Immutable blocks", StoreStats::blocks);
        gauge("clew_store_bytes", "Size of the data directory in bytes", StoreStats::bytesOnDisk);
        gauge(
                "clew_store_writable",
                "1 when spans are kept, 0 when they are refused because writing fails or the disk is full",
                _ -> writable.getAsBoolean() ? 1 : 0);
        gauge(
                "clew_store_trouble",
                "1 when the store cannot write its log, flush or merge at the moment; the status says why, naming the file",
                figures -> figures.trouble() == null ? 0 : 1);
        gauge("clew_disk_free_bytes", "Bytes free on the disk of the data directory", _ -> diskFree.getAsDouble());
        gauge("clew_unflushed_bytes", "Bytes of log not yet in blocks", StoreStats::unflushedBytes);
        gauge(
                "clew_spans_missing",
                "Spans of blocks that are so damaged that nothing in them can be read",
                StoreStats::spansMissing);
        gauge(
                "clew_log_records_missing",
                "Log records that had been stored and cannot be read; 1 a place where nobody knows how many there were",
                StoreStats::logRecordsMissing);
        gauge(
                "clew_damaged_places",
                "Places found damaged so far",
                figures -> figures.damage().size());
    }

    private void registerLive() {
        live(
                "clew_live_minutes_kept",
                "Minutes whose figures are kept ready",
                state -> state.cells().settled());
        live(
                "clew_live_minutes_open",
                "Minutes whose figures are added up when asked for, since spans arrived",
                state -> state.cells().open());
        live(
                "clew_live_bytes",
                "Size of the figures kept ready in bytes",
                state -> state.cells().bytes());
        live(
                "clew_live_hours_on_disk",
                "Hours of which figures are on disk",
                state -> state.cells().hoursOnDisk());
        live(
                "clew_live_caught_up",
                "1 when live analysis has worked back as far as it may",
                state -> state.cells().caughtUp() ? 1 : 0);
        live("clew_live_behind_seconds", "How long live analysis has been failing", state -> {
            Instant since = state.behindSince();
            return since == null ? 0 : Duration.between(since, Instant.now()).toMillis() / 1000.0;
        });
    }

    /** A gauge that is there while live analysis is switched on. */
    private void live(String name, String help, ToDoubleFunction<LiveState> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(out -> {
                    LiveState state = live.get();
                    if (state.on()) {
                        out.call(value.applyAsDouble(state));
                    }
                })
                .register(registry);
    }

    private void gauge(String name, String help, ToDoubleFunction<StoreStats> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(out -> stats.get().ifPresent(figures -> out.call(value.applyAsDouble(figures))))
                .register(registry);
    }

    private void summary(String name, String help, Function<TimeToVisible.Pair, Latencies> part) {
        SummaryWithCallback.builder()
                .name(name)
                .unit(Unit.SECONDS)
                .help(help)
                .labelNames("service")
                .callback(out -> timeToVisible.services().forEach((service, pair) -> {
                    Latencies.Summary figures = part.apply(pair).summary();
                    out.call(
                            figures.count(),
                            figures.sumMillis() / 1000,
                            Quantiles.of(
                                    new Quantile(0.5, figures.p50Millis() / 1000),
                                    new Quantile(0.99, figures.p99Millis() / 1000)),
                            service);
                }))
                .register(registry);
    }
}

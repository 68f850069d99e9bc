package io.clew.server.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.server.life.RunningServer;
import io.clew.server.net.Door;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exporters of the OpenTelemetry SDK for Java, as applications use them: everything arrives, nothing is logged. */
class SdkExportersTest {
    /** For one export on a machine that has much else to do. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static RunningServer server;

    private final Logger exporters = Logger.getLogger("io.opentelemetry");
    private final List<LogRecord> complaints = new CopyOnWriteArrayList<>();
    private final Handler ear = new Handler() {
        @Override
        public void publish(LogRecord logged) {
            if (logged.getLevel().intValue() >= Level.WARNING.intValue()) {
                complaints.add(logged);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeAll
    static void start() {
        server = RunningServer.inMemory();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @BeforeEach
    void listen() {
        exporters.addHandler(ear);
    }

    @AfterEach
    void nothingWasLogged() {
        exporters.removeHandler(ear);
        assertThat(complaints).extracting(LogRecord::getMessage).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"http, none", "http, gzip", "grpc, none", "grpc, gzip"})
    void spansArrive(String protocol, String compression) {
        SpanExporter exporter = protocol.equals("grpc")
                ? OtlpGrpcSpanExporter.builder()
                        .setEndpoint(server.uri(Door.OTLP_GRPC, "").toString())
                        .setCompression(compression)
                        .setTimeout(PATIENCE)
                        .setConnectTimeout(PATIENCE)
                        .build()
                : OtlpHttpSpanExporter.builder()
                        .setEndpoint(server.uri(Door.OTLP_HTTP, "/v1/traces").toString())
                        .setCompression(compression)
                        .setTimeout(PATIENCE)
                        .setConnectTimeout(PATIENCE)
                        .build();
        String service = "sdk-" + protocol + "-" + compression;
        List<String> traces = new ArrayList<>();
        try (SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(Resource.create(
                        Attributes.builder().put("service.name", service).build()))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setExporterTimeout(PATIENCE)
                        .build())
                .build()) {
            for (int i = 0; i < 600; i++) {
                var span = provider.get("test").spanBuilder("op " + i).startSpan();
                traces.add(span.getSpanContext().getTraceId());
                span.end();
            }
            CompletableResultCode flushed = provider.forceFlush().join(2, TimeUnit.MINUTES);
            assertThat(flushed.isSuccess()).isTrue();
        }
        assertThat(server.get("/clew/api/v1/services").body()).contains("\"" + service + "\"");
        assertThat(server.get("/clew/api/v1/traces/" + traces.getLast()).body()).contains("\"op 599\"");
    }

    @Test
    void logsAndMetricsAreAnsweredWithoutAnythingToLog() {
        long logsBefore = notTaken("logs");
        long metricsBefore = notTaken("metrics");
        for (LogRecordExporter exporter : List.of(
                OtlpGrpcLogRecordExporter.builder()
                        .setEndpoint(server.uri(Door.OTLP_GRPC, "").toString())
                        .setTimeout(PATIENCE)
                        .setConnectTimeout(PATIENCE)
                        .build(),
                OtlpHttpLogRecordExporter.builder()
                        .setEndpoint(server.uri(Door.OTLP_HTTP, "/v1/logs").toString())
                        .setTimeout(PATIENCE)
                        .setConnectTimeout(PATIENCE)
                        .build())) {
            try (SdkLoggerProvider provider = SdkLoggerProvider.builder()
                    .addLogRecordProcessor(SimpleLogRecordProcessor.create(exporter))
                    .build()) {
                provider.get("test").logRecordBuilder().setBody("hello").emit();
                assertThat(provider.forceFlush().join(2, TimeUnit.MINUTES).isSuccess())
                        .isTrue();
            }
        }
        for (MetricExporter exporter : List.of(
                OtlpGrpcMetricExporter.builder()
                        .setEndpoint(server.uri(Door.OTLP_GRPC, "").toString())
                        .setTimeout(PATIENCE)
                        .setConnectTimeout(PATIENCE)
                        .build(),
                OtlpHttpMetricExporter.builder()
                        .setEndpoint(server.uri(Door.OTLP_HTTP, "/v1/metrics").toString())
                        .setTimeout(PATIENCE)
                        .setConnectTimeout(PATIENCE)
                        .build())) {
            try (SdkMeterProvider provider = SdkMeterProvider.builder()
                    .registerMetricReader(PeriodicMetricReader.create(exporter))
                    .build()) {
                provider.get("test").counterBuilder("count").build().add(1);
                assertThat(provider.forceFlush().join(2, TimeUnit.MINUTES).isSuccess())
                        .isTrue();
            }
        }
        assertThat(notTaken("logs") - logsBefore).isEqualTo(2);
        // The exporters count themselves too.
        assertThat(notTaken("metrics") - metricsBefore).isGreaterThanOrEqualTo(2);
    }

    private static long notTaken(String signal) {
        String start = "clew_records_not_taken_total{signal=\"" + signal + "\"} ";
        return server.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(start))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(start.length())))
                .findFirst()
                .orElseThrow();
    }
}

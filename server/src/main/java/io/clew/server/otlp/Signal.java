package io.clew.server.otlp;

import io.clew.ingest.otlp.OtlpResponses;
import java.util.Optional;

/**
 * What OTLP carries, each with its path over HTTP and its method over gRPC (opentelemetry-proto 1.11). Profiles are not
 * among them: their protocol is still in development, and no agent sends them unless told to.
 */
enum Signal {
    TRACES("traces", "/v1/traces", "/opentelemetry.proto.collector.trace.v1.TraceService/Export"),
    LOGS("logs", "/v1/logs", "/opentelemetry.proto.collector.logs.v1.LogsService/Export"),
    METRICS("metrics", "/v1/metrics", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export");

    private final String label;
    private final String path;
    private final String method;

    Signal(String label, String path, String method) {
        this.label = label;
        this.path = path;
        this.method = method;
    }

    String label() {
        return label;
    }

    String path() {
        return path;
    }

    String method() {
        return method;
    }

    OtlpResponses.Signal answered() {
        return OtlpResponses.Signal.valueOf(name());
    }

    /** The signal sent to this path over HTTP; one slash at the end is forgiven. */
    static Optional<Signal> ofPath(String path) {
        String bare = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        for (Signal signal : values()) {
            if (signal.path.equals(bare)) {
                return Optional.of(signal);
            }
        }
        return Optional.empty();
    }

    /** The signal sent to this method over gRPC. */
    static Optional<Signal> ofMethod(String method) {
        for (Signal signal : values()) {
            if (signal.method.equals(method)) {
                return Optional.of(signal);
            }
        }
        return Optional.empty();
    }
}

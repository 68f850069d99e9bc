package io.clew.server.exchange;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The formats of exported spans; {@code docs/formats/exchange.md} and {@code parquet.md} describe them. */
public enum Format {
    /** One ExportTraceServiceRequest as JSON on each line, as the OpenTelemetry Collector's file exporter writes. */
    OTLP_JSON("jsonl", "application/x-ndjson"),
    /** ExportTraceServiceRequests in protobuf, before each its length as 4 bytes, the highest first; as the same exporter. */
    OTLP_PROTO("pb", "application/octet-stream"),
    /** A row a span. */
    PARQUET("parquet", "application/vnd.apache.parquet"),
    /** Batches as the log has them ({@code docs/formats/log.md}), before each its length as above: nothing is lost. */
    BATCHES("batches", "application/vnd.clew.batches");

    private final String suffix;
    private final String mediaType;

    Format(String suffix, String mediaType) {
        this.suffix = suffix;
        this.mediaType = mediaType;
    }

    /** How the command line and the API name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What file names end with, without the dot. */
    public String suffix() {
        return suffix;
    }

    public String mediaType() {
        return mediaType;
    }

    /** The format of this name, among those a file can have. */
    static Optional<Format> of(String label) {
        return Arrays.stream(values())
                .filter(format -> format != BATCHES && format.label().equals(label))
                .findFirst();
    }

    /** The names of all formats that a file can have. */
    static String labels() {
        return Arrays.stream(values())
                .filter(format -> format != BATCHES)
                .map(Format::label)
                .collect(Collectors.joining(", "));
    }
}

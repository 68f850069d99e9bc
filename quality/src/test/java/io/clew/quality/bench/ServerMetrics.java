package io.clew.quality.bench;

import java.util.HashMap;
import java.util.Map;

/** The server's page {@code /metrics} at one moment, by series with its labels. */
record ServerMetrics(Map<String, Double> values) {
    /** Collections of the whole heap, by the collector's name; the others collect the young part only. */
    private static final java.util.List<String> FULL =
            java.util.List.of("MarkSweepCompact", "PS MarkSweep", "G1 Old Generation");

    static ServerMetrics of(String page) {
        Map<String, Double> values = new HashMap<>();
        page.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
            int space = line.lastIndexOf(' ');
            values.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        });
        return new ServerMetrics(values);
    }

    /** @throws IllegalStateException when the page has no such series */
    double value(String series) {
        Double value = values.get(series);
        if (value == null) {
            throw new IllegalStateException("/metrics has no " + series);
        }
        return value;
    }

    /** Spans written to their first block. */
    double flushed() {
        return value("clew_spans_flushed_total");
    }

    /** Spans written again by merging. */
    double rewritten() {
        return value("clew_spans_rewritten_total");
    }

    double heapMebibytes() {
        return value("jvm_memory_used_bytes{area=\"heap\"}") / (1 << 20);
    }

    double fullCollections() {
        return FULL.stream()
                .mapToDouble(name -> values.getOrDefault("jvm_gc_collection_seconds_count{gc=\"" + name + "\"}", 0.0))
                .sum();
    }

    /** All collections, full ones included. */
    double collections() {
        return values.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("jvm_gc_collection_seconds_count"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    double collectionSeconds() {
        return values.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("jvm_gc_collection_seconds_sum"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}

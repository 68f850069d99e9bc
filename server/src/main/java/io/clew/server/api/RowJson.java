package io.clew.server.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.clew.analysis.cell.Example;
import io.clew.analysis.cell.LatencySketch;
import io.clew.model.Hex;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Parts of analysis rows as JSON: durations and examples. */
final class RowJson {
    private static final String[] NAMES = {"p50", "p75", "p90", "p95", "p99", "p999", "p9999"};
    private static final double[] QUANTILES = {0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999};

    private RowJson() {}

    /** Nanoseconds as decimal strings; null when there is no duration. */
    static void durations(JsonGenerator json, String field, LatencySketch sketch) throws IOException {
        durations(json, field, Durations.of(sketch));
    }

    static void durations(JsonGenerator json, String field, @Nullable Durations durations) throws IOException {
        json.writeFieldName(field);
        if (durations == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeNumberField("count", durations.count);
        json.writeStringField("sum", Long.toString(durations.sum));
        json.writeStringField("min", Long.toString(durations.min));
        for (int i = 0; i < NAMES.length; i++) {
            json.writeStringField(NAMES[i], Long.toString(durations.quantiles[i]));
        }
        json.writeStringField("max", Long.toString(durations.max));
        json.writeEndObject();
    }

    /** What is shown of a sketch, in little memory. Nanoseconds. */
    static final class Durations {
        private final long count;
        private final long sum;
        private final long min;
        private final long max;
        private final long[] quantiles = new long[QUANTILES.length];

        private Durations(LatencySketch sketch) {
            count = sketch.count();
            sum = sketch.sum();
            min = sketch.min();
            max = sketch.max();
            for (int i = 0; i < quantiles.length; i++) {
                quantiles[i] = Math.round(sketch.quantile(QUANTILES[i]));
            }
        }

        static @Nullable Durations of(LatencySketch sketch) {
            return sketch.count() == 0 ? null : new Durations(sketch);
        }
    }

    static void example(JsonGenerator json, String field, @Nullable Example example) throws IOException {
        json.writeFieldName(field);
        if (example == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringField("traceId", example.trace().toString());
        json.writeStringField("spanId", Hex.of(example.spanId()));
        json.writeStringField("duration", Long.toString(example.duration()));
        json.writeStringField("start", Long.toUnsignedString(example.start()));
        json.writeEndObject();
    }
}

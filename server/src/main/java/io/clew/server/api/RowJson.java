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
        json.writeFieldName(field);
        if (sketch.count() == 0) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeNumberField("count", sketch.count());
        json.writeStringField("sum", Long.toString(sketch.sum()));
        json.writeStringField("min", Long.toString(sketch.min()));
        for (int i = 0; i < NAMES.length; i++) {
            json.writeStringField(NAMES[i], Long.toString(Math.round(sketch.quantile(QUANTILES[i]))));
        }
        json.writeStringField("max", Long.toString(sketch.max()));
        json.writeEndObject();
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

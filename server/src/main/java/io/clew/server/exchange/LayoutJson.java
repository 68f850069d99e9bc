package io.clew.server.exchange;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.clew.model.SpanBatch;
import io.clew.store.StoreLayout;
import io.clew.store.StoreLayout.BlockFigures;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store's layout as the API writes it, and back. Stateless. */
public final class LayoutJson {
    private LayoutJson() {}

    public static void write(StoreLayout layout, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("blocks");
        for (BlockFigures block : layout.blocks()) {
            json.writeStartObject();
            json.writeStringField("id", Long.toString(block.id()));
            json.writeStringField("partition", partition(block.partition()));
            json.writeNumberField("level", block.level());
            json.writeNumberField("spans", block.spans());
            json.writeNumberField("traces", block.traces());
            json.writeNumberField("maskedTraces", block.maskedTraces());
            json.writeNumberField("maskedSpans", block.maskedSpans());
            json.writeStringField("start", time(block.minStart()));
            json.writeStringField("end", time(block.maxEnd()));
            json.writeStringField("firstArrival", time(block.firstArrival()));
            json.writeStringField("lastArrival", time(block.lastArrival()));
            json.writeNumberField("bytes", block.bytes());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("unreadable");
        for (String line : layout.unreadable()) {
            json.writeString(line);
        }
        json.writeEndArray();
        if (layout.headSpans() < 0) {
            json.writeNullField("headSpans");
        } else {
            json.writeNumberField("headSpans", layout.headSpans());
        }
        json.writeNumberField("logBytes", layout.logBytes());
        sizes("parts", layout.parts(), json);
        sizes("columns", layout.bytes(), json);
        json.writeEndObject();
    }

    private static void sizes(String field, Map<String, Long> sizes, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, Long> size : sizes.entrySet()) {
            json.writeNumberField(size.getKey(), size.getValue());
        }
        json.writeEndObject();
    }

    static StoreLayout read(JsonNode json) {
        List<BlockFigures> blocks = new ArrayList<>();
        for (JsonNode block : json.path("blocks")) {
            String partition = block.path("partition").asText();
            blocks.add(new BlockFigures(
                    Long.parseLong(block.path("id").asText()),
                    partition.equals("stray")
                            ? Integer.MIN_VALUE
                            : (int) LocalDate.parse(partition).toEpochDay(),
                    block.path("level").asInt(),
                    block.path("spans").asLong(),
                    block.path("traces").asLong(),
                    block.path("maskedTraces").asLong(),
                    block.path("maskedSpans").asLong(),
                    time(block.path("start")),
                    time(block.path("end")),
                    time(block.path("firstArrival")),
                    time(block.path("lastArrival")),
                    block.path("bytes").asLong()));
        }
        List<String> unreadable = new ArrayList<>();
        json.path("unreadable").forEach(line -> unreadable.add(line.asText()));
        SortedMap<String, Long> bytes = new TreeMap<>();
        json.path("columns")
                .properties()
                .forEach(size -> bytes.put(size.getKey(), size.getValue().asLong()));
        JsonNode head = json.path("headSpans");
        return new StoreLayout(
                blocks,
                unreadable,
                head.isNumber() ? head.asLong() : -1,
                json.path("logBytes").asLong(),
                bytes);
    }

    /** The UTC day, or {@code stray}. */
    static String partition(int days) {
        return days == Integer.MIN_VALUE ? "stray" : LocalDate.ofEpochDay(days).toString();
    }

    private static @Nullable String time(long nanos) {
        return nanos == SpanBatch.NO_TIME ? null : Long.toString(nanos);
    }

    private static long time(JsonNode text) {
        return text.isTextual() ? Long.parseLong(text.asText()) : SpanBatch.NO_TIME;
    }
}

package io.clew.server.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clew.model.ByteDictionary;
import io.clew.model.Hex;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.server.store.ScratchDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The spans of a Parquet file that {@link ParquetFile} wrote, in batches, in the order of its rows. For one thread. */
final class ParquetRows implements Closeable {
    private static final int MOST_SPANS = 2000;
    private static final int MOST_TEXT = 4 << 20;
    private static final List<String> RESOURCE = List.of(
            "resource_attributes",
            "resource_attribute_types",
            "resource_attributes_exact",
            "resource_dropped_attributes_count",
            "resource_schema_url");
    private static final List<String> SCOPE = List.of(
            "scope_attributes",
            "scope_attribute_types",
            "scope_attributes_exact",
            "scope_dropped_attributes_count",
            "scope_schema_url",
            "scope_name",
            "scope_version");

    private final Path scratch;
    private final DuckDb duck;
    private final Statement statement;
    private final ResultSet rows;
    private final ObjectMapper json = new ObjectMapper();
    /** Rows of the batch being filled, by their content. */
    private final Map<List<JsonNode>, Integer> resources = new HashMap<>();

    private final Map<List<JsonNode>, Integer> scopes = new HashMap<>();
    private long row;

    private ParquetRows(Path scratch, DuckDb duck, Statement statement, ResultSet rows) {
        this.scratch = scratch;
        this.duck = duck;
        this.statement = statement;
        this.rows = rows;
    }

    /** @throws IOException when the file is not Parquet, or not with the columns that {@link ParquetFile} writes */
    static ParquetRows open(Path file) throws IOException {
        Path scratch = Files.createTempDirectory("clew-parquet");
        DuckDb duck = null;
        try {
            duck = DuckDb.open(scratch);
            Statement statement = duck.connection().createStatement();
            ResultSet rows = statement.executeQuery(ParquetSchema.read(file));
            return new ParquetRows(scratch, duck, statement, rows);
        } catch (SQLException e) {
            duck.close();
            ScratchDirectory.remove(scratch);
            throw new IOException(file + " is no Parquet file that 'clew store export' wrote: " + reason(e), e);
        } catch (IOException e) {
            ScratchDirectory.remove(scratch);
            throw e;
        }
    }

    /** What DuckDB says, without the columns it proposes and our own SQL, which stand in the lines below. */
    private static String reason(SQLException e) {
        return String.valueOf(DuckDb.failed(e).getMessage()).lines().findFirst().orElse("");
    }

    /** The next spans, in a batch of their own, or null at the end. */
    @Nullable
    SpanBatch next() throws IOException {
        SpanBatch batch = new SpanBatch();
        resources.clear();
        scopes.clear();
        try {
            while (batch.spanCount() < MOST_SPANS && batch.dictionary().contentBytes() < MOST_TEXT && rows.next()) {
                row++;
                span(json.readTree(rows.getString(1)), batch);
            }
        } catch (SQLException e) {
            throw new IOException(reason(e), e);
        } catch (IOException | RuntimeException e) {
            throw new IOException("row " + row + ": " + e.getMessage(), e);
        }
        return batch.spanCount() == 0 ? null : batch;
    }

    private void span(JsonNode from, SpanBatch batch) throws IOException {
        int span = batch.beginSpan(
                resource(from, batch),
                scope(from, batch),
                from.path("received_ns").asLong(),
                (byte) from.path("protocol").asInt());
        String traceId = from.path("trace_id").asText();
        TraceId id = TraceId.parse(traceId);
        batch.setTraceId(span, id.high(), id.low());
        if (traceId.length() == 16) {
            batch.markShortTraceId(span);
        }
        batch.setSpanId(span, id(from.path("span_id")));
        batch.setParentSpanId(span, id(from.path("parent_span_id")));
        batch.setName(span, text(from, "name", batch));
        batch.setKind(span, from.path("kind_number").asInt());
        if (from.path("start_ns").isNumber()) {
            batch.setStart(span, from.path("start_ns").asLong());
        }
        if (from.path("end_ns").isNumber()) {
            batch.setEnd(span, from.path("end_ns").asLong());
        }
        batch.setStatusCode(span, from.path("status_number").asInt());
        batch.setStatusMessage(span, text(from, "status_message", batch));
        batch.setTraceState(span, text(from, "trace_state", batch));
        batch.setFlags(span, count(from, "flags"));
        batch.setDroppedAttributes(span, count(from, "dropped_attributes_count"));
        batch.setDroppedEvents(span, count(from, "dropped_events_count"));
        batch.setDroppedLinks(span, count(from, "dropped_links_count"));
        attributes(from, batch, batch.spanAttributes());
        for (JsonNode event : from.path("events")) {
            int added = batch.beginEvent();
            batch.setEventTime(added, event.path("time_ns").asLong());
            batch.setEventName(added, text(event, "name", batch));
            batch.setEventDropped(added, count(event, "dropped_attributes_count"));
            attributes(event, batch, batch.eventAttributes());
        }
        for (JsonNode link : from.path("links")) {
            int added = batch.beginLink();
            TraceId linked = TraceId.parse(link.path("trace_id").asText());
            batch.setLinkTraceId(added, linked.high(), linked.low());
            batch.setLinkSpanId(added, id(link.path("span_id")));
            batch.setLinkTraceState(added, text(link, "trace_state", batch));
            batch.setLinkFlags(added, count(link, "flags"));
            batch.setLinkDropped(added, count(link, "dropped_attributes_count"));
            attributes(link, batch, batch.linkAttributes());
        }
    }

    private int resource(JsonNode from, SpanBatch batch) throws IOException {
        List<JsonNode> content = RESOURCE.stream().map(from::path).toList();
        Integer known = resources.get(content);
        if (known == null) {
            known = batch.beginResource();
            batch.setResourceDropped(known, count(from, "resource_dropped_attributes_count"));
            batch.setResourceSchemaUrl(known, text(from, "resource_schema_url", batch));
            AttributeText.read(content.get(0), content.get(1), content.get(2), batch, batch.resourceAttributes());
            resources.put(content, known);
        }
        return known;
    }

    private int scope(JsonNode from, SpanBatch batch) throws IOException {
        List<JsonNode> content = SCOPE.stream().map(from::path).toList();
        Integer known = scopes.get(content);
        if (known == null) {
            known = batch.beginScope();
            batch.setScopeName(known, text(from, "scope_name", batch));
            batch.setScopeVersion(known, text(from, "scope_version", batch));
            batch.setScopeDropped(known, count(from, "scope_dropped_attributes_count"));
            batch.setScopeSchemaUrl(known, text(from, "scope_schema_url", batch));
            AttributeText.read(content.get(0), content.get(1), content.get(2), batch, batch.scopeAttributes());
            scopes.put(content, known);
        }
        return known;
    }

    private static void attributes(JsonNode from, SpanBatch batch, io.clew.model.AttributeTable table)
            throws IOException {
        AttributeText.read(
                from.path("attributes"), from.path("attribute_types"), from.path("attributes_exact"), batch, table);
    }

    private static long id(JsonNode text) {
        String digits = text.asText("");
        return text.isTextual() ? Hex.parse(digits, 0, digits.length()) : 0;
    }

    private static int text(JsonNode from, String field, SpanBatch batch) {
        JsonNode text = from.path(field);
        ByteDictionary words = batch.dictionary();
        return text.isTextual() ? words.intern(text.asText()) : 0;
    }

    private static int count(JsonNode from, String field) {
        return (int) from.path(field).asLong();
    }

    @Override
    public void close() throws IOException {
        try (duck) {
            rows.close();
            statement.close();
        } catch (SQLException e) {
            throw DuckDb.failed(e);
        } finally {
            ScratchDirectory.remove(scratch);
        }
    }
}

package io.clew.server.exchange;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The columns of exported Parquet, and the SQL that makes them of JSON lines and JSON of them: DuckDB reads and writes
 * JSON several times faster than it takes and gives nested values one by one. {@code docs/formats/parquet.md} says what
 * each column holds.
 */
final class ParquetSchema {
    private static final String MAP = "MAP(VARCHAR, VARCHAR)";

    /** Columns that stand in the JSON as they stand in the file, and their types. */
    private static final Map<String, String> PLAIN = plain();

    /** Columns for machines: what the others leave out. */
    static final List<String> EXACT = List.of(
            "attribute_types",
            "attributes_exact",
            "resource_attribute_types",
            "resource_attributes_exact",
            "scope_attribute_types",
            "scope_attributes_exact",
            "kind_number",
            "status_number",
            "protocol");

    private static final String EVENT = "STRUCT(time_ns BIGINT, name VARCHAR, attributes " + MAP
            + ", dropped_attributes_count BIGINT, attribute_types VARCHAR, attributes_exact VARCHAR)[]";
    private static final String LINK = "STRUCT(trace_id VARCHAR, span_id VARCHAR, trace_state VARCHAR, flags BIGINT,"
            + " attributes " + MAP
            + ", dropped_attributes_count BIGINT, attribute_types VARCHAR, attributes_exact VARCHAR)[]";

    private static final List<String> BLOBS =
            List.of("attributes_exact", "resource_attributes_exact", "scope_attributes_exact");

    private ParquetSchema() {}

    private static Map<String, String> plain() {
        Map<String, String> plain = new LinkedHashMap<>();
        plain.put("trace_id", "VARCHAR");
        plain.put("span_id", "VARCHAR");
        plain.put("parent_span_id", "VARCHAR");
        plain.put("name", "VARCHAR");
        plain.put("service", "VARCHAR");
        plain.put("kind", "VARCHAR");
        plain.put("start_ns", "BIGINT");
        plain.put("end_ns", "BIGINT");
        plain.put("duration_ns", "BIGINT");
        plain.put("status", "VARCHAR");
        plain.put("status_message", "VARCHAR");
        plain.put("attributes", MAP);
        plain.put("resource_attributes", MAP);
        plain.put("scope_name", "VARCHAR");
        plain.put("scope_version", "VARCHAR");
        plain.put("scope_attributes", MAP);
        plain.put("trace_state", "VARCHAR");
        plain.put("flags", "BIGINT");
        plain.put("dropped_attributes_count", "BIGINT");
        plain.put("dropped_events_count", "BIGINT");
        plain.put("dropped_links_count", "BIGINT");
        plain.put("resource_dropped_attributes_count", "BIGINT");
        plain.put("resource_schema_url", "VARCHAR");
        plain.put("scope_dropped_attributes_count", "BIGINT");
        plain.put("scope_schema_url", "VARCHAR");
        plain.put("received_ns", "BIGINT");
        plain.put("protocol", "INTEGER");
        plain.put("kind_number", "INTEGER");
        plain.put("status_number", "INTEGER");
        plain.put("attribute_types", "VARCHAR");
        plain.put("resource_attribute_types", "VARCHAR");
        plain.put("scope_attribute_types", "VARCHAR");
        return Collections.unmodifiableMap(plain);
    }

    /**
     * Makes a Parquet file of JSON lines.
     *
     * @param longestLine bytes
     * @param rowGroup rows
     */
    static String write(Path json, long longestLine, int rowGroup, Path parquet) {
        Map<String, String> read = new LinkedHashMap<>(PLAIN);
        BLOBS.forEach(blob -> read.put(blob, "VARCHAR"));
        read.put("events", EVENT);
        read.put("links", LINK);
        String columns = read.entrySet().stream()
                .map(column -> column.getKey() + ": " + DuckDb.quoted(column.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
        List<String> select = new ArrayList<>();
        PLAIN.forEach((column, type) -> {
            select.add(
                    type.equals(MAP)
                            ? "coalesce(" + column + ", MAP([]::VARCHAR[], []::VARCHAR[])) AS " + column
                            : column);
            if (column.endsWith("_ns") && !column.equals("duration_ns")) {
                select.add(time(column) + " AS " + column.replace("_ns", "_time"));
            }
        });
        BLOBS.forEach(blob -> select.add("from_base64(" + blob + ") AS " + blob));
        select.add("coalesce(list_transform(events, lambda e: {'time_ns': e.time_ns, 'time': " + time("e.time_ns")
                + ", 'name': e.name, 'attributes': e.attributes, 'dropped_attributes_count':"
                + " e.dropped_attributes_count, 'attribute_types': e.attribute_types, 'attributes_exact':"
                + " from_base64(e.attributes_exact)}), []) AS events");
        select.add(
                "coalesce(list_transform(links, lambda l: {'trace_id': l.trace_id, 'span_id': l.span_id, 'trace_state':"
                        + " l.trace_state, 'flags': l.flags, 'attributes': l.attributes, 'dropped_attributes_count':"
                        + " l.dropped_attributes_count, 'attribute_types': l.attribute_types, 'attributes_exact':"
                        + " from_base64(l.attributes_exact)}), []) AS links");
        return "COPY (SELECT " + String.join(", ", select) + " FROM read_json(" + DuckDb.quoted(json)
                + ", format = 'newline_delimited', auto_detect = false, maximum_object_size = "
                + DuckDb.number(Math.max(16L << 20, longestLine + 1024)) + ", columns = " + columns + ")) TO "
                + DuckDb.quoted(parquet) + " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE "
                + DuckDb.number(rowGroup) + ")";
    }

    private static String time(String nanos) {
        return "CASE WHEN " + nanos + " BETWEEN 1 AND 9223372036854775806 THEN make_timestamp_ns(" + nanos + ") END";
    }

    /** Reads a Parquet file as one JSON text a row, with everything that {@link #write} was given. */
    static String read(Path parquet) {
        List<String> fields = new ArrayList<>();
        PLAIN.keySet().forEach(column -> fields.add("'" + column + "': " + column));
        BLOBS.forEach(blob -> fields.add("'" + blob + "': to_base64(" + blob + ")"));
        fields.add("'events': list_transform(events, lambda e: {'time_ns': e.time_ns, 'name': e.name, 'attributes':"
                + " e.attributes, 'dropped_attributes_count': e.dropped_attributes_count, 'attribute_types':"
                + " e.attribute_types, 'attributes_exact': to_base64(e.attributes_exact)})");
        fields.add("'links': list_transform(links, lambda l: {'trace_id': l.trace_id, 'span_id': l.span_id,"
                + " 'trace_state': l.trace_state, 'flags': l.flags, 'attributes': l.attributes,"
                + " 'dropped_attributes_count': l.dropped_attributes_count, 'attribute_types': l.attribute_types,"
                + " 'attributes_exact': to_base64(l.attributes_exact)})");
        return "SELECT to_json({" + String.join(", ", fields) + "}) FROM read_parquet(" + DuckDb.quoted(parquet) + ")";
    }
}

package io.clew.ingest.otlp;

import org.jspecify.annotations.Nullable;

/** The messages of a trace request and their fields' names, so that errors can say where they are. */
enum Message {
    REQUEST("", "resource_spans[]"),
    RESOURCE_SPANS("", "resource", "scope_spans[]", "schema_url"),
    RESOURCE("", "attributes[]", "dropped_attributes_count"),
    SCOPE_SPANS("", "scope", "spans[]", "schema_url"),
    SCOPE("", "name", "version", "attributes[]", "dropped_attributes_count"),
    SPAN(
            "",
            "trace_id",
            "span_id",
            "trace_state",
            "parent_span_id",
            "name",
            "kind",
            "start_time_unix_nano",
            "end_time_unix_nano",
            "attributes[]",
            "dropped_attributes_count",
            "events[]",
            "dropped_events_count",
            "links[]",
            "dropped_links_count",
            "status",
            "flags"),
    EVENT("", "time_unix_nano", "name", "attributes[]", "dropped_attributes_count"),
    LINK("", "trace_id", "span_id", "trace_state", "attributes[]", "dropped_attributes_count", "flags"),
    STATUS("", "", "message", "code"),
    KEY_VALUE("", "key", "value"),
    ANY_VALUE(
            "",
            "string_value",
            "bool_value",
            "int_value",
            "double_value",
            "array_value",
            "kvlist_value",
            "bytes_value"),
    ARRAY_VALUE("", "values[]"),
    KEY_VALUE_LIST("", "values[]");

    /** By field number; "[]" marks repeated fields, "" numbers without a field. */
    @SuppressWarnings("ImmutableEnumChecker") // never written after construction
    private final String[] fields;

    Message(String... fields) {
        this.fields = fields;
    }

    /** The field's name, or null when this message has no such field. */
    @Nullable
    String field(int number) {
        return number > 0 && number < fields.length && !fields[number].isEmpty() ? fields[number] : null;
    }

    /** The message that a field holds, or null when it holds none. */
    @Nullable
    Message child(int number) {
        return switch (this) {
            case REQUEST -> number == 1 ? RESOURCE_SPANS : null;
            case RESOURCE_SPANS -> number == 1 ? RESOURCE : number == 2 ? SCOPE_SPANS : null;
            case SCOPE_SPANS -> number == 1 ? SCOPE : number == 2 ? SPAN : null;
            case RESOURCE -> number == 1 ? KEY_VALUE : null;
            case SCOPE, EVENT -> number == 3 ? KEY_VALUE : null;
            case SPAN ->
                switch (number) {
                    case 9 -> KEY_VALUE;
                    case 11 -> EVENT;
                    case 13 -> LINK;
                    case 15 -> STATUS;
                    default -> null;
                };
            case LINK -> number == 4 ? KEY_VALUE : null;
            case KEY_VALUE -> number == 2 ? ANY_VALUE : null;
            case ANY_VALUE -> number == 5 ? ARRAY_VALUE : number == 6 ? KEY_VALUE_LIST : null;
            case ARRAY_VALUE -> number == 1 ? ANY_VALUE : null;
            case KEY_VALUE_LIST -> number == 1 ? KEY_VALUE : null;
            case STATUS -> null;
        };
    }
}

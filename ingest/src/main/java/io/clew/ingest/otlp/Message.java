package io.clew.ingest.otlp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a trace request with their fields, for what is not hot: reading JSON, and saying where an error is.
 * Each field is given as number, name, type, and {@code *} when repeated; a type that is not a {@link Type} names a
 * message. References to string tables (profiles) and to entities are left out: they read as unknown fields.
 */
@SuppressWarnings("ImmutableEnumChecker") // the tables are never written after class initialisation
enum Message {
    REQUEST("1 resource_spans RESOURCE_SPANS*"),
    RESOURCE_SPANS("1 resource RESOURCE", "2 scope_spans SCOPE_SPANS*", "3 schema_url STRING"),
    RESOURCE("1 attributes KEY_VALUE*", "2 dropped_attributes_count UINT32"),
    SCOPE_SPANS("1 scope SCOPE", "2 spans SPAN*", "3 schema_url STRING"),
    SCOPE("1 name STRING", "2 version STRING", "3 attributes KEY_VALUE*", "4 dropped_attributes_count UINT32"),
    SPAN(
            "1 trace_id ID",
            "2 span_id ID",
            "3 trace_state STRING",
            "4 parent_span_id ID",
            "5 name STRING",
            "6 kind KIND",
            "7 start_time_unix_nano FIXED64",
            "8 end_time_unix_nano FIXED64",
            "9 attributes KEY_VALUE*",
            "10 dropped_attributes_count UINT32",
            "11 events EVENT*",
            "12 dropped_events_count UINT32",
            "13 links LINK*",
            "14 dropped_links_count UINT32",
            "15 status STATUS",
            "16 flags FIXED32"),
    EVENT("1 time_unix_nano FIXED64", "2 name STRING", "3 attributes KEY_VALUE*", "4 dropped_attributes_count UINT32"),
    LINK(
            "1 trace_id ID",
            "2 span_id ID",
            "3 trace_state STRING",
            "4 attributes KEY_VALUE*",
            "5 dropped_attributes_count UINT32",
            "6 flags FIXED32"),
    STATUS("2 message STRING", "3 code STATUS_CODE"),
    KEY_VALUE("1 key STRING", "2 value ANY_VALUE"),
    ANY_VALUE(
            "1 string_value STRING",
            "2 bool_value BOOL",
            "3 int_value INT64",
            "4 double_value DOUBLE",
            "5 array_value ARRAY_VALUE",
            "6 kvlist_value KEY_VALUE_LIST",
            "7 bytes_value BYTES"),
    ARRAY_VALUE("1 values ANY_VALUE*"),
    KEY_VALUE_LIST("1 values KEY_VALUE*");

    /** What a field holds. */
    enum Type {
        STRING,
        BYTES,
        /** Bytes that JSON writes in hexadecimal. */
        ID,
        KIND,
        STATUS_CODE,
        UINT32,
        FIXED32,
        FIXED64,
        INT64,
        BOOL,
        DOUBLE,
        MESSAGE
    }

    /**
     * One field.
     *
     * @param json its name in JSON, UTF-8
     * @param message what it holds when its type is MESSAGE
     */
    record Field(
            int number,
            String name,
            byte[] json,
            Type type,
            boolean repeated,
            @Nullable Message message) {
        String jsonName() {
            return new String(json, StandardCharsets.UTF_8);
        }
    }

    /** Field numbers stay below this. */
    static final int MAX_FIELDS = 17;

    private final String[] specs;
    private final @Nullable Field[] byNumber = new @Nullable Field[MAX_FIELDS];
    private Field[] fields = {};

    static {
        for (Message message : values()) {
            message.fields = Arrays.stream(message.specs).map(Message::parse).toArray(Field[]::new);
            for (Field field : message.fields) {
                message.byNumber[field.number()] = field;
            }
        }
    }

    Message(String... specs) {
        this.specs = specs;
    }

    /** The field with this number, or null when this message has none. */
    @Nullable
    Field field(int number) {
        return number > 0 && number < MAX_FIELDS ? byNumber[number] : null;
    }

    /** The field with this JSON name, or null when this message has none. */
    @Nullable
    Field field(byte[] a, int from, int end) {
        for (Field field : fields) {
            byte[] json = field.json();
            if (json.length == end - from && Arrays.equals(json, 0, json.length, a, from, end)) {
                return field;
            }
        }
        return null;
    }

    private static Field parse(String spec) {
        int first = spec.indexOf(' ');
        int second = spec.indexOf(' ', first + 1);
        String name = spec.substring(first + 1, second);
        boolean repeated = spec.endsWith("*");
        String type = spec.substring(second + 1, spec.length() - (repeated ? 1 : 0));
        boolean scalar = Arrays.stream(Type.values()).anyMatch(t -> t.name().equals(type));
        return new Field(
                Integer.parseInt(spec.substring(0, first)),
                name,
                camel(name).getBytes(StandardCharsets.UTF_8),
                scalar ? Type.valueOf(type) : Type.MESSAGE,
                repeated,
                scalar ? null : Message.valueOf(type));
    }

    private static String camel(String name) {
        StringBuilder out = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            out.append(c == '_' ? Character.toUpperCase(name.charAt(++i)) : c);
        }
        return out.toString();
    }
}

package io.clew.server.exchange;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.AttributeValue.Entry;
import io.clew.model.ByteDictionary;
import io.clew.model.SpanBatch;
import io.clew.model.ValueType;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Attributes as a map of texts with a letter for each one's type, and beside it, when that leaves something out (a
 * repeated key, a nested value, a NaN of its own kind), all of them as the bytes of an OTLP KeyValueList. For one thread.
 */
final class AttributeText {
    private static final JsonFactory JSON = new JsonFactory();
    /** By {@link ValueType}: empty, text, boolean, integer, double, bytes, array, map. */
    private static final String LETTERS = "esbidxam";

    private final Set<String> keys = new HashSet<>();

    /** Writes the three fields into the object open in {@code json}; nothing for no attributes. */
    void write(
            AttributeTable table,
            int owner,
            ByteDictionary words,
            String map,
            String types,
            String exact,
            JsonGenerator json)
            throws IOException {
        int from = table.from(owner);
        int to = table.to(owner);
        if (from == to) {
            return;
        }
        keys.clear();
        boolean whole = true;
        StringBuilder letters = new StringBuilder();
        json.writeObjectFieldStart(map);
        for (int entry = from; entry < to; entry++) {
            String key = words.text(table.key(entry));
            if (!keys.add(key)) {
                whole = false;
                continue;
            }
            byte type = table.type(entry);
            letters.append(LETTERS.charAt(type));
            json.writeFieldName(key);
            if (type == ValueType.STRING) {
                int id = (int) table.value(entry);
                json.writeUTF8String(words.array(), words.offset(id), words.length(id));
            } else {
                json.writeString(text(AttributeValue.of(table, entry, words)));
                whole &= type < ValueType.ARRAY
                        && (type != ValueType.DOUBLE || isPlain(table.doubleValue(entry), table.value(entry)));
            }
        }
        json.writeEndObject();
        json.writeStringField(types, letters.toString());
        if (!whole) {
            json.writeStringField(exact, Base64.getEncoder().encodeToString(exact(table, from, to, words)));
        }
    }

    private static boolean isPlain(double value, long bits) {
        return Double.doubleToRawLongBits(Double.parseDouble(Double.toString(value))) == bits;
    }

    private static byte[] exact(AttributeTable table, int from, int to, ByteDictionary words) {
        List<Entry> entries = new ArrayList<>();
        for (int entry = from; entry < to; entry++) {
            entries.add(new Entry(words.text(table.key(entry)), AttributeValue.of(table, entry, words)));
        }
        return AttributeValue.encodeNested(new AttributeValue.KeyValues(entries));
    }

    /** A value as people read it; null for the empty one. */
    private static @Nullable String text(AttributeValue value) throws IOException {
        return switch (value) {
            case AttributeValue.Empty _ -> null;
            case AttributeValue.Text v -> v.value();
            case AttributeValue.Bool v -> Boolean.toString(v.value());
            case AttributeValue.Int v -> Long.toString(v.value());
            case AttributeValue.Real v -> Double.toString(v.value());
            case AttributeValue.Bytes v -> Base64.getEncoder().encodeToString(v.value());
            case AttributeValue.Array _, AttributeValue.KeyValues _ -> {
                StringWriter text = new StringWriter();
                try (JsonGenerator json = JSON.createGenerator(text)) {
                    nested(value, json);
                }
                yield text.toString();
            }
        };
    }

    private static void nested(AttributeValue value, JsonGenerator json) throws IOException {
        switch (value) {
            case AttributeValue.Bool v -> json.writeBoolean(v.value());
            case AttributeValue.Int v -> json.writeNumber(v.value());
            case AttributeValue.Real v -> json.writeNumber(v.value());
            case AttributeValue.Array v -> {
                json.writeStartArray();
                for (AttributeValue element : v.elements()) {
                    nested(element, json);
                }
                json.writeEndArray();
            }
            case AttributeValue.KeyValues v -> {
                json.writeStartObject();
                for (Entry entry : v.entries()) {
                    json.writeFieldName(entry.key());
                    nested(entry.value(), json);
                }
                json.writeEndObject();
            }
            case AttributeValue.Empty _, AttributeValue.Text _, AttributeValue.Bytes _ -> json.writeString(text(value));
        }
    }

    /**
     * Adds the attributes that {@link #write} wrote to the newest owner of a table.
     *
     * @throws IOException when the fields do not fit together
     */
    static void read(JsonNode map, JsonNode types, JsonNode exact, SpanBatch into, AttributeTable table)
            throws IOException {
        ByteDictionary words = into.dictionary();
        if (exact.isTextual()) {
            byte[] bytes = Base64.getDecoder().decode(exact.asText());
            AttributeValue all = AttributeValue.decodeNested(ValueType.KVLIST, bytes, 0, bytes.length);
            for (Entry entry : ((AttributeValue.KeyValues) all).entries()) {
                add(words, table, entry.key(), entry.value());
            }
            return;
        }
        String letters = types.asText("");
        if (map.size() != letters.length()) {
            throw new IOException(map.size() + " attributes have the types '" + letters + "'");
        }
        int i = 0;
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            add(
                    words,
                    table,
                    entry.getKey(),
                    value(letters.charAt(i++), entry.getValue().asText()));
        }
    }

    private static void add(ByteDictionary words, AttributeTable table, String key, AttributeValue value) {
        table.add(words.intern(key), value.type(), value.intern(words));
    }

    private static AttributeValue value(char letter, String text) throws IOException {
        try {
            return switch (letter) {
                case 'e' -> new AttributeValue.Empty();
                case 's' -> new AttributeValue.Text(text);
                case 'b' -> new AttributeValue.Bool(Boolean.parseBoolean(text));
                case 'i' -> new AttributeValue.Int(Long.parseLong(text));
                case 'd' -> new AttributeValue.Real(Double.parseDouble(text));
                case 'x' -> new AttributeValue.Bytes(Base64.getDecoder().decode(text));
                default -> throw new IOException("there is no type of attributes '" + letter + "'");
            };
        } catch (IllegalArgumentException e) {
            throw new IOException("an attribute of type '" + letter + "' has the value '" + text + "'", e);
        }
    }
}

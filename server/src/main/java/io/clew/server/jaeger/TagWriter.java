package io.clew.server.jaeger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.ByteDictionary;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Base64;
import java.util.List;

/** Writes attributes as Jaeger's tags: objects of {@code key}, {@code type} and {@code value}. */
final class TagWriter {
    /** Beyond it JavaScript's numbers are not exact, so integers are written as text. */
    private static final long LARGEST_EXACT = (1L << 53) - 1;

    private final ByteDictionary dictionary;
    private final JsonGenerator json;

    TagWriter(ByteDictionary dictionary, JsonGenerator json) {
        this.dictionary = dictionary;
        this.json = json;
    }

    /**
     * Writes all attributes of one owner.
     *
     * @param except dictionary id of a key to leave out, or -1
     */
    void all(AttributeTable table, int owner, int except) throws IOException {
        for (int entry = table.from(owner); entry < table.to(owner); entry++) {
            if (table.key(entry) != except) {
                tag(dictionary.text(table.key(entry)), AttributeValue.of(table, entry, dictionary));
            }
        }
    }

    /** Writes a text unless it is empty. */
    void nonEmpty(String key, int text) throws IOException {
        if (text != 0) {
            text(key, dictionary.text(text));
        }
    }

    void text(String key, String value) throws IOException {
        begin(key, "string");
        json.writeString(value);
        json.writeEndObject();
    }

    void bool(String key, boolean value) throws IOException {
        begin(key, "bool");
        json.writeBoolean(value);
        json.writeEndObject();
    }

    private void tag(String key, AttributeValue value) throws IOException {
        switch (value) {
            case AttributeValue.Empty _ -> text(key, "");
            case AttributeValue.Text text -> text(key, text.value());
            case AttributeValue.Bool bool -> bool(key, bool.value());
            case AttributeValue.Int number -> {
                begin(key, "int64");
                if (Math.abs(number.value()) <= LARGEST_EXACT && number.value() != Long.MIN_VALUE) {
                    json.writeNumber(number.value());
                } else {
                    json.writeString(Long.toString(number.value()));
                }
                json.writeEndObject();
            }
            case AttributeValue.Real number -> {
                begin(key, "float64");
                // Not a number and the infinities come out as text, since JSON has none.
                json.writeNumber(number.value());
                json.writeEndObject();
            }
            case AttributeValue.Bytes bytes -> {
                begin(key, "binary");
                json.writeString(Base64.getEncoder().encodeToString(bytes.value()));
                json.writeEndObject();
            }
            case AttributeValue.Array _, AttributeValue.KeyValues _ -> text(key, nested(value));
        }
    }

    private void begin(String key, String type) throws IOException {
        json.writeStartObject();
        json.writeStringField("key", key);
        json.writeStringField("type", type);
        json.writeFieldName("value");
    }

    /** The text of a nested value: JSON without blanks. */
    private static String nested(AttributeValue value) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator nested = new JsonFactory().createGenerator(text)) {
            value(value, nested);
        }
        return text.toString();
    }

    private static void value(AttributeValue value, JsonGenerator out) throws IOException {
        switch (value) {
            case AttributeValue.Empty _ -> out.writeNull();
            case AttributeValue.Text text -> out.writeString(text.value());
            case AttributeValue.Bool bool -> out.writeBoolean(bool.value());
            case AttributeValue.Int number -> out.writeNumber(number.value());
            case AttributeValue.Real number -> out.writeNumber(number.value());
            case AttributeValue.Bytes bytes ->
                out.writeString(Base64.getEncoder().encodeToString(bytes.value()));
            case AttributeValue.Array array -> elements(array.elements(), out);
            case AttributeValue.KeyValues map -> {
                out.writeStartObject();
                for (AttributeValue.Entry entry : map.entries()) {
                    out.writeFieldName(entry.key());
                    value(entry.value(), out);
                }
                out.writeEndObject();
            }
        }
    }

    private static void elements(List<AttributeValue> elements, JsonGenerator out) throws IOException {
        out.writeStartArray();
        for (AttributeValue element : elements) {
            value(element, out);
        }
        out.writeEndArray();
    }
}

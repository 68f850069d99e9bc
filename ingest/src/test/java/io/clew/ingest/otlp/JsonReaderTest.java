package io.clew.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The reader's verdict and strings against Jackson's, on random documents, whole and damaged. */
class JsonReaderTest {
    private static final int DOCUMENTS = 40_000;
    private static final String[] STRINGS = {
        "", "a", "线索", "\\u0041", "\\ud83d\\ude00", "\\n\\t\\\"\\\\\\/\\b\\f\\r", "x y", "😀", "\\u00e9\\u7ebf"
    };
    private static final String[] SCALARS = {"null", "true", "false", "0", "-0", "12.5e-3", "1E+9", "-7", "0.0"};

    private static final String PAIR = "\\\\u[dD][89abAB]..\\\\u[dD][c-fC-F]..";
    private static final String HALF = "(?s).*\\\\u[dD][89a-fA-F].*";

    private final long seed = 20261123;
    private final Random random = new Random(seed);

    @Test
    void acceptsWhatJacksonAccepts() {
        Mutator mutator = new Mutator(random);
        int accepted = 0;
        for (int i = 0; i < DOCUMENTS; i++) {
            StringBuilder text = new StringBuilder();
            value(text, 0);
            byte[] document = text.toString().getBytes(StandardCharsets.UTF_8);
            if (i % 4 != 0) {
                document = mutator.mutate(document);
            }
            // Bytes that are not UTF-8 and half surrogate pairs cost a span here, and the request with Jackson.
            String pairs = new String(document, StandardCharsets.UTF_8).replaceAll(PAIR, "");
            if (Utf8.valid(document, 0, document.length) && !pairs.matches(HALF)) {
                boolean jackson = jacksonReads(document);
                assertThat(readerReads(document))
                        .as("document %s of seed %s: %s", i, seed, new String(document, StandardCharsets.UTF_8))
                        .isEqualTo(jackson);
                accepted += jackson ? 1 : 0;
            }
        }
        assertThat(accepted).isBetween(DOCUMENTS / 4, DOCUMENTS * 9 / 10);
    }

    @Test
    void stringsReadAsJacksonReadsThem() throws Exception {
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder("\"");
            for (int n = random.nextInt(6); n > 0; n--) {
                text.append(STRINGS[random.nextInt(STRINGS.length)]);
            }
            byte[] document = text.append('"').toString().getBytes(StandardCharsets.UTF_8);
            JsonReader reader = new JsonReader();
            reader.start(document, 0, document.length);
            reader.string("a string");
            try (JsonParser parser = new JsonFactory().createParser(document)) {
                assertThat(parser.nextToken()).isEqualTo(JsonToken.VALUE_STRING);
                assertThat(reader.text()).isEqualTo(parser.getText());
            }
        }
    }

    @Test
    void skipsAnyDepthWithoutAStackOverflow() throws Exception {
        ByteArrayOutputStream deep = new ByteArrayOutputStream();
        for (int i = 0; i < 3_000_000; i++) {
            deep.writeBytes("[{\"a\":".getBytes(StandardCharsets.UTF_8));
        }
        deep.write('1');
        for (int i = 0; i < 3_000_000; i++) {
            deep.writeBytes("}]".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(readerReads(deep.toByteArray())).isTrue();
        deep.write(']');
        assertThat(readerReads(deep.toByteArray())).isFalse();
    }

    private void value(StringBuilder out, int depth) {
        int kind = random.nextInt(depth > 5 ? 2 : 5);
        String space = random.nextInt(8) == 0 ? " \n\t" : "";
        out.append(space);
        switch (kind) {
            case 0 -> out.append(SCALARS[random.nextInt(SCALARS.length)]);
            case 1 ->
                out.append('"').append(STRINGS[random.nextInt(STRINGS.length)]).append('"');
            case 2 -> {
                out.append('[');
                for (int i = 0, n = random.nextInt(4); i < n; i++) {
                    out.append(i > 0 ? "," : "");
                    value(out, depth + 1);
                }
                out.append(space).append(']');
            }
            default -> {
                out.append('{');
                for (int i = 0, n = random.nextInt(4); i < n; i++) {
                    out.append(i > 0 ? "," : "").append('"').append(STRINGS[random.nextInt(STRINGS.length)]);
                    out.append('"').append(space).append(':');
                    value(out, depth + 1);
                }
                out.append('}');
            }
        }
        out.append(space);
    }

    private static boolean readerReads(byte[] document) {
        JsonReader reader = new JsonReader();
        reader.start(document, 0, document.length);
        try {
            reader.skipValue();
            reader.expectEnd();
            return true;
        } catch (FormatException e) {
            return false;
        }
    }

    private static boolean jacksonReads(byte[] document) {
        // From text, or Jackson would guess at UTF-16.
        try (JsonParser parser = new JsonFactory().createParser(new String(document, StandardCharsets.UTF_8))) {
            int values = 0;
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                values += depth == 0 ? 1 : 0;
                if (token == JsonToken.VALUE_STRING) {
                    parser.getText();
                }
            }
            return values == 1;
        } catch (IOException e) {
            return false;
        }
    }
}

package io.clew.server.analyze;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.clew.analysis.job.Column;
import io.clew.analysis.job.RowFormat;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The formats in which rows are written; thread-safe. {@code docs/analysis-jobs.md} describes them. */
enum Table implements RowFormat {
    /** RFC 4180 but for lines that end with LF: a line of names, then a line a row; null is nothing, an empty text "". */
    CSV {
        @Override
        public void header(List<Column> columns, ByteArrayOutputStream to) {
            for (int i = 0; i < columns.size(); i++) {
                put(i == 0 ? "" : ",", to);
                put(columns.get(i).name(), to);
            }
            to.write('\n');
        }

        @Override
        public void row(List<Column> columns, @Nullable Object[] values, ByteArrayOutputStream to) {
            for (int i = 0; i < values.length; i++) {
                put(i == 0 ? "" : ",", to);
                Object value = values[i];
                if (value != null) {
                    put(
                            columns.get(i).type() == Column.Type.TEXT
                                    ? quoted((String) value)
                                    : plain(columns.get(i), value),
                            to);
                }
            }
            to.write('\n');
        }
    },
    /** A JSON object a line, every column in it. */
    NDJSON {
        @Override
        public void header(List<Column> columns, ByteArrayOutputStream to) {}

        @Override
        public void row(List<Column> columns, @Nullable Object[] values, ByteArrayOutputStream to) {
            for (int i = 0; i < values.length; i++) {
                put(i == 0 ? "{\"" : ",\"", to);
                put(columns.get(i).name(), to);
                put("\":", to);
                Object value = values[i];
                boolean text = columns.get(i).type() == Column.Type.TEXT
                        || columns.get(i).type() == Column.Type.TIME;
                if (value == null) {
                    put("null", to);
                } else if (text) {
                    to.write('"');
                    to.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(plain(columns.get(i), value)));
                    to.write('"');
                } else {
                    put(plain(columns.get(i), value), to);
                }
            }
            put("}\n", to);
        }
    },
    /** Made of {@link #NDJSON} at the end. */
    PARQUET {
        @Override
        public void header(List<Column> columns, ByteArrayOutputStream to) {}

        @Override
        public void row(List<Column> columns, @Nullable Object[] values, ByteArrayOutputStream to) {
            NDJSON.row(columns, values, to);
        }
    };

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final double PLAIN_UP_TO = 1e15;
    private static final long NANOS = 1_000_000_000L;

    /** The format of this name. */
    static Optional<Table> of(String name) {
        return switch (name) {
            case "csv" -> Optional.of(CSV);
            case "ndjson", "jsonl" -> Optional.of(NDJSON);
            case "parquet" -> Optional.of(PARQUET);
            default -> Optional.empty();
        };
    }

    private static void put(String text, ByteArrayOutputStream to) {
        to.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Numbers as CSV and JSON both have them; times in UTC with nine digits of a second. */
    private static String plain(Column column, Object value) {
        if (column.type() == Column.Type.TIME) {
            long nanos = (Long) value;
            return TIME.format(Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS)));
        } else if (value instanceof Double number) {
            return number == Math.rint(number) && Math.abs(number) < PLAIN_UP_TO
                    ? Long.toString(number.longValue())
                    : Math.abs(number) < PLAIN_UP_TO && Math.abs(number) >= 1e-9
                            ? BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
                            : number.toString();
        }
        return value.toString();
    }

    private static String quoted(String text) {
        boolean plain = !text.isEmpty();
        for (int i = 0; i < text.length() && plain; i++) {
            char c = text.charAt(i);
            plain = c != '"' && c != ',' && c != '\n' && c != '\r';
        }
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}

package io.clew.server.exchange;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Struct;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows of a result as a table, CSV or JSON. For one result. */
final class RowText {
    /** Rows of a table are held to know how wide its columns are; beyond so many the widths of these must do. */
    private static final int ROWS_FOR_WIDTH = 10_000;

    private static final int WIDEST = 80;

    private final ResultSet rows;
    private final PrintStream out;
    private final List<String> names = new ArrayList<>();
    private final boolean[] numbers;

    RowText(ResultSet rows, PrintStream out) throws SQLException {
        this.rows = rows;
        this.out = out;
        ResultSetMetaData columns = rows.getMetaData();
        this.numbers = new boolean[columns.getColumnCount()];
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            names.add(columns.getColumnLabel(i));
            numbers[i - 1] =
                    columns.getColumnTypeName(i).matches("U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*");
        }
    }

    private List<@Nullable Object> values() throws SQLException {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 1; i <= names.size(); i++) {
            values.add(rows.getObject(i));
        }
        return values;
    }

    /** Fixed widths, numbers to the right, long values cut with an ellipsis. */
    void table() throws SQLException, IOException {
        List<List<String>> held = new ArrayList<>();
        int[] width = new int[names.size()];
        for (int i = 0; i < width.length; i++) {
            width[i] = names.get(i).length();
        }
        long count = 0;
        while (rows.next()) {
            List<String> row = new ArrayList<>();
            for (Object value : values()) {
                row.add(cut(value == null ? "" : text(value)));
            }
            count++;
            if (held.size() < ROWS_FOR_WIDTH) {
                held.add(row);
                for (int i = 0; i < width.length; i++) {
                    width[i] = Math.max(width[i], row.get(i).length());
                }
            } else {
                if (count == ROWS_FOR_WIDTH + 1) {
                    print(held, width);
                }
                line(row, width);
            }
        }
        if (count <= ROWS_FOR_WIDTH) {
            print(held, width);
        }
        out.printf(Locale.ROOT, "(%,d %s)%n", count, count == 1 ? "row" : "rows");
    }

    private void print(List<List<String>> held, int[] width) {
        line(names, width);
        StringBuilder rule = new StringBuilder();
        for (int each : width) {
            rule.append("-".repeat(each)).append("  ");
        }
        out.println(rule.toString().stripTrailing());
        held.forEach(row -> line(row, width));
    }

    private void line(List<String> row, int[] width) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < width.length; i++) {
            String blanks = " ".repeat(Math.max(0, width[i] - row.get(i).length()));
            line.append(numbers[i] ? blanks + row.get(i) : row.get(i) + blanks).append("  ");
        }
        out.println(line.toString().stripTrailing());
    }

    private static String cut(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= WIDEST ? line : line.substring(0, WIDEST - 3) + "...";
    }

    /** RFC 4180, with a line of names. */
    void csv() throws SQLException, IOException {
        List<String> header = new ArrayList<>();
        names.forEach(name -> header.add(quoted(name)));
        out.print(String.join(",", header) + "\r\n");
        while (rows.next()) {
            List<String> row = new ArrayList<>();
            for (Object value : values()) {
                row.add(value == null ? "" : quoted(text(value)));
            }
            out.print(String.join(",", row) + "\r\n");
        }
    }

    /** Quotes also keep an empty text apart from none. */
    private static String quoted(String text) {
        boolean plain = !text.isEmpty() && text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** An object a line. */
    void json() throws SQLException, IOException {
        while (rows.next()) {
            List<@Nullable Object> values = values();
            try (JsonGenerator json = generator()) {
                json.writeStartObject();
                for (int i = 0; i < names.size(); i++) {
                    json.writeFieldName(names.get(i));
                    write(values.get(i), json);
                }
                json.writeEndObject();
            }
            out.println();
        }
    }

    private JsonGenerator generator() throws IOException {
        return JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
                .build()
                .createGenerator(out);
    }

    private static String text(Object value) throws SQLException, IOException {
        if (value instanceof Array || value instanceof Struct || value instanceof Map<?, ?>) {
            java.io.StringWriter text = new java.io.StringWriter();
            try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
                write(value, json);
            }
            return text.toString();
        }
        return value instanceof java.sql.Blob blob ? hex(blob) : value.toString();
    }

    private static void write(@Nullable Object value, JsonGenerator json) throws SQLException, IOException {
        switch (value) {
            case null -> json.writeNull();
            case Boolean v -> json.writeBoolean(v);
            case Long v -> json.writeNumber(v);
            case Integer v -> json.writeNumber(v);
            case Short v -> json.writeNumber(v);
            case Byte v -> json.writeNumber(v);
            case Double v -> json.writeNumber(v);
            case Float v -> json.writeNumber(v);
            case BigInteger v -> json.writeNumber(v);
            case BigDecimal v -> json.writeNumber(v);
            case Map<?, ?> v -> {
                json.writeStartObject();
                for (Map.Entry<?, ?> entry : v.entrySet()) {
                    json.writeFieldName(String.valueOf(entry.getKey()));
                    write(entry.getValue(), json);
                }
                json.writeEndObject();
            }
            case Array v -> {
                json.writeStartArray();
                for (Object element : (Object[]) v.getArray()) {
                    write(element, json);
                }
                json.writeEndArray();
            }
            case Struct v -> write(fields(v), json);
            case java.sql.Blob v -> json.writeString(hex(v));
            default -> json.writeString(value.toString());
        }
    }

    /** With their names, which the interface of JDBC does not give but DuckDB's class does. */
    private static Map<?, ?> fields(Struct struct) throws SQLException {
        try {
            return (Map<?, ?>) struct.getClass().getMethod("getMap").invoke(struct);
        } catch (ReflectiveOperationException e) {
            throw new SQLException("the fields of " + struct.getSQLTypeName() + " have no names", e);
        }
    }

    private static String hex(java.sql.Blob blob) throws SQLException {
        return java.util.HexFormat.of().formatHex(blob.getBytes(1, (int) blob.length()));
    }
}

package io.clew.server.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.analysis.job.Column;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TableTest {
    private static final List<Column> COLUMNS =
            List.of(Column.text("t"), Column.whole("w"), Column.real("r"), Column.truth("b"), Column.time("at"));

    private static String rows(Table table, @Nullable Object[]... rows) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        table.header(COLUMNS, out);
        for (@Nullable Object[] row : rows) {
            table.row(COLUMNS, row, out);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static @Nullable Object[] row(@Nullable Object... values) {
        return values;
    }

    @Test
    void csvQuotesWhatItMustAndTellsNullFromEmpty() {
        assertThat(rows(
                        Table.CSV,
                        row("plain 线", Long.MAX_VALUE, 0.1, true, 1_790_000_000_000_000_001L),
                        row("a,\"b\"\nc", -1L, 2.0, false, -1L),
                        row("", 0L, 1e300, null, null),
                        row(null, null, -0.000_001, null, null)))
                .isEqualTo("""
                        t,w,r,b,at
                        plain 线,9223372036854775807,0.1,true,2026-09-21T14:13:20.000000001Z
                        "a,""b""
                        c",-1,2,false,1969-12-31T23:59:59.999999999Z
                        "",0,1.0E300,,
                        ,,-0.000001,,
                        """);
    }

    @Test
    void ndjsonHasEveryColumnInEveryObject() {
        assertThat(rows(
                        Table.NDJSON,
                        row("a\"\\\n\u0001线", 5L, 1234567.25, true, 0L),
                        row(null, null, 1e-12, null, null)))
                .isEqualTo("""
                        {"t":"a\\"\\\\\\n\\u0001线","w":5,"r":1234567.25,"b":true,"at":"1970-01-01T00:00:00.000000000Z"}
                        {"t":null,"w":null,"r":1.0E-12,"b":null,"at":null}
                        """);
    }
}

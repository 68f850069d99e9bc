package io.clew.traceql.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.traceql.Traceql;
import io.clew.traceql.ast.QueryPrinter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the page writes is read: the page's tests are held to the same file. */
class FormQueriesTest {
    static Stream<String> queries() throws IOException {
        try (InputStream file = Objects.requireNonNull(FormQueriesTest.class.getResourceAsStream("form-queries.tsv"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1)[2])
                    .filter(query -> !query.startsWith("!"));
        }
    }

    @ParameterizedTest
    @MethodSource("queries")
    void isRead(String query) throws TraceqlException {
        String printed = QueryPrinter.print(Traceql.parse(query));
        assertThat(QueryPrinter.print(Traceql.parse(printed))).isEqualTo(printed);
    }
}

package io.clew.traceql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages about the language say what the engine does. */
class LanguagePageTest {
    /** The rows of the page's table, by the names that {@link MatrixTest} has for its values. */
    private static final List<List<String>> ROWS = List.of(
            List.of("missing"),
            List.of("empty value"),
            List.of("\"\""),
            List.of("\"x\""),
            List.of("1", "1.0"),
            List.of("true"),
            List.of("false"),
            List.of("[x,y]", "x and y"),
            List.of("[a,b]"),
            List.of("[x,1]"),
            List.of("[]", "map", "bytes"));

    private static final List<String> CONDITIONS = List.of(
            "= \"x\"",
            "!= \"x\"",
            "=~ \"x\"",
            "!~ \"x\"",
            "< \"y\"",
            "= 1",
            "!= 1",
            "< 2",
            "= true",
            "= nil",
            "!= nil",
            "!(x = \"x\")",
            "x",
            "!x");

    private static List<String> lines(String page) throws IOException {
        return Files.readAllLines(Path.of("..", "docs", page));
    }

    @ParameterizedTest
    @ValueSource(strings = {"traceql.md", "traceql.zh-CN.md"})
    void theTableIsWhatTheEngineAnswers(String page) throws IOException {
        List<String> lines = lines(page);
        int header = 0;
        while (!lines.get(header).startsWith("| `x` ")) {
            header++;
        }
        List<String> conditions = cells(lines.get(header));
        assertThat(conditions.stream().skip(1).map(c -> c.replace("`", "")).toList())
                .isEqualTo(CONDITIONS);
        List<String> wrong = new ArrayList<>();
        for (int row = 0; row < ROWS.size(); row++) {
            List<String> cells = cells(lines.get(header + 2 + row));
            for (String value : ROWS.get(row)) {
                for (int i = 0; i < CONDITIONS.size(); i++) {
                    boolean found = MatrixTest.matches(
                            condition(CONDITIONS.get(i)),
                            MatrixTest.trace(1, MatrixTest.Place.SPAN, MatrixTest.values(value)));
                    if (found != cells.get(i + 1).equals("y")) {
                        wrong.add(value + " " + CONDITIONS.get(i));
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(lines.get(header + 2 + ROWS.size()))
                .as("the line after the table")
                .isEmpty();
    }

    private static String condition(String header) {
        return switch (header) {
            case "x" -> "span.a";
            case "!x" -> "!span.a";
            case "!(x = \"x\")" -> "!(span.a = \"x\")";
            default -> "span.a " + header;
        };
    }

    private static List<String> cells(String row) {
        String inner = row.substring(1, row.lastIndexOf('|'));
        return Arrays.stream(Pattern.compile("(?<!\\\\)\\|").split(inner, -1))
                .map(String::trim)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"traceql.md", "traceql.zh-CN.md"})
    void theExamplesRun(String page) throws IOException {
        List<String> examples = lines(page).stream()
                .filter(line -> line.startsWith("{ ") && !line.contains("durration"))
                .toList();
        assertThat(examples).hasSize(3);
        for (String example : examples) {
            assertThat(Traceql.parse(example)).as(example).isNotNull();
        }
    }
}

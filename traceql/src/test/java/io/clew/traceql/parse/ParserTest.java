package io.clew.traceql.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.traceql.Traceql;
import io.clew.traceql.ast.QueryPrinter;
import io.clew.traceql.ast.Spansets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tree a text becomes, shown with every operation in brackets. */
class ParserTest {

    private static String tree(String query) {
        return QueryPrinter.print(Parser.parse(new QueryText(query)));
    }

    private static String folded(String query) {
        return QueryPrinter.print(Traceql.parse(query));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\n\t", "// all\n", "/* all */", "{}", "{ }", "{ true }", "({})"})
    void everything(String query) {
        assertThat(folded(query)).isEqualTo("{ true }");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                // one level for both logical operators, left associative
                "{ .a @@ .b && .c }     | { (.a @@ .b) && .c }",
                "{ .a && .b @@ .c }     | { (.a && .b) @@ .c }",
                "{ .a && .b && .c }     | { .a && .b && .c }",
                "{ .a && (.b && .c) }   | { .a && (.b && .c) }",
                "{ .a @@ .b && .c @@ .d } | { ((.a @@ .b) && .c) @@ .d }",
                // arithmetic
                "{ .a = 1 + 2 * 3 }     | { .a = (1 + (2 * 3)) }",
                "{ .a = 1 - 2 - 3 }     | { .a = ((1 - 2) - 3) }",
                "{ .a = 8 / 4 % 3 }     | { .a = ((8 / 4) % 3) }",
                "{ .a = 2 ^ 3 ^ 2 }     | { .a = (2 ^ (3 ^ 2)) }",
                "{ .a = 2 * 3 ^ 2 }     | { .a = (2 * (3 ^ 2)) }",
                // the unary minus is as loose as the binary one, ! a little tighter
                "{ -.a * .b = 1 }       | { (-(.a * .b)) = 1 }",
                "{ -.a + .b = 1 }       | { ((-.a) + .b) = 1 }",
                "{ -.a ^ 2 = 1 }        | { (-(.a ^ 2)) = 1 }",
                "{ 2 * -.a + 1 = 1 }    | { ((2 * (-.a)) + 1) = 1 }",
                "{ 2 * -.a * 3 = 1 }    | { (2 * (-(.a * 3))) = 1 }",
                "{ 2 ^ -.a + 1 = 1 }    | { ((2 ^ (-.a)) + 1) = 1 }",
                "{ !.a = .b }           | { (!.a) = .b }",
                "{ !.a && .b }          | { (!.a) && .b }",
                "{ !!.a }               | { !(!.a) }",
                "{ .a = -1 }            | { .a = (-1) }",
                // comparisons share a level
                "{ .a = .b = .c }       | { (.a = .b) = .c }",
                "{ .a > 1 = true }      | { (.a > 1) = true }",
                "{ .a + 1 > .b * 2 }    | { (.a + 1) > (.b * 2) }",
                // between filters
                "{.a} && {.b} @@ {.c}   | ({ .a } && { .b }) @@ { .c }",
                "{.a} @@ {.b} @@ {.c}   | { .a } @@ { .b } @@ { .c }",
                "{.a} && ({.b} @@ {.c}) | { .a } && ({ .b } @@ { .c })",
            })
    void precedence(String query, String expected) {
        assertThat(tree(query.replace("@@", "||"))).isEqualTo(expected.replace("@@", "||"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "{ .a-b = 1 }              | { .a-b = 1 }",
                "{ .a - b.c = 1 }          | ERROR",
                "{ .a/b+c*d%e:f1 = 1 }     | { .a/b+c*d%e:f1 = 1 }",
                "{ .foo\".b ar\".baz = 1 } | { .\"foo.b ar.baz\" = 1 }",
                "{ span.\"a\\\"b\\\\c\" = 1 } | { span.\"a\\\"b\\\\c\" = 1 }",
                "{ .a=1&&.b=2 }            | { (.a = 1) && (.b = 2) }",
                "{ .线索 = \"值\" }         | { .线索 = \"值\" }",
                "{ resource.service.name=`x` } | { resource.service.name = \"x\" }",
                "{ event.a = link.b }      | { event.a = link.b }",
                "{ instrumentation.a != nil } | { instrumentation.a != nil }",
                "{ name = \"x\" }          | { span:name = \"x\" }",
                "{ span:name = \"x\" }     | { span:name = \"x\" }",
                "{ rootServiceName = rootName } | { trace:rootService = trace:rootName }",
                "{ traceDuration > duration }   | { trace:duration > span:duration }",
                "{ span: childCount = 1 }  | { span:childCount = 1 }",
                "{ status = error }        | { span:status = error }",
                "{ kind = unspecified }    | { span:kind = unspecified }",
                "{ status = unset }        | { span:status = unset }",
                "{ .a /* } */ = 1 }        | { .a = 1 }",
                "{ .status = error }       | { .status = error }",
                "{ .5 = .a }               | { 0.5 = .a }",
                "{ 1e3 = .a }              | { 1000.0 = .a }",
                "{ maxInt > minInt }       | { 9223372036854775807 > minInt }",
                "{ .a != nil && nil != .a } | { (.a != nil) && (nil != .a) }",
            })
    void words(String query, String expected) {
        if (expected.equals("ERROR")) {
            assertThat(org.junit.jupiter.api.Assertions.assertThrows(TraceqlException.class, () -> tree(query)))
                    .isNotNull();
        } else {
            assertThat(tree(query)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1d12h, 129600000000000",
        "1y, 31536000000000000",
        "2w, 1209600000000000",
        "1h30m, 5400000000000",
        "1.5s, 1500000000",
        "100ms, 100000000",
        "20us, 20000",
        "20µs, 20000",
        "20μs, 20000",
        "7ns, 7",
        "1s1h, 3601000000000",
        "1.5h0.5m, 5430000000000",
        ".5s, 500000000",
        "1.9ns, 1",
        "0s, 0",
        "292y, 9208512000000000000",
    })
    void durations(String written, long nanos) {
        assertThat(tree("{ duration > " + written + " }")).isEqualTo("{ span:duration > " + nanos + "ns }");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1d1.5h", "1x", "1dd", "1h1d", "293y", "1.5d", "1s_", "12abc", "1_000", "0x10", "1.2.3"})
    void notDurations(String written) {
        assertThat(org.junit.jupiter.api.Assertions.assertThrows(
                                TraceqlException.class, () -> tree("{ duration > " + written + " }"))
                        .column())
                .isEqualTo(14);
    }

    @Test
    void textEscapes() {
        assertThat(tree("{ .a = \"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\\101\\x41\\u4f60\\U0001F600\\xe4\\xbd\\xa0\" }"))
                .isEqualTo(QueryPrinter.print(Parser.parse(
                                new QueryText("{ .a = `\u0007\b\f\n` }"))) // the printer escapes control characters
                        .replaceAll("\"$", "")
                        .replace("\\n\" }", "\\n\\r\\t\\u000b\\\\\\\"AA你😀你\" }"));
    }

    @Test
    void aLineCommentEndsWithItsLine() {
        assertThat(tree("{ .a // = 2 }\n = 1 } // the end")).isEqualTo("{ .a = 1 }");
    }

    @Test
    void rawTextKeepsEverythingButCarriageReturns() {
        assertThat(tree("{ .a = `x\\n\"\r\ny` }")).isEqualTo("{ .a = \"x\\\\n\\\"\\ny\" }");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "{ 1 + 2 * 3 = 7 }          | { true }",
                "{ 1 * 1h = 1 }             | { false }",
                "{ 1 / 1.1 < 1 }            | { true }",
                "{ 7 / 2 = 3 }              | { true }",
                "{ 2 ^ 10 = 1024 }          | { true }",
                "{ 2 ^ -1 = 0.5 }           | { true }",
                "{ -9 % 4 = -1 }            | { true }",
                "{ nil = nil }              | { false }",
                "{ nil != nil }             | { false }",
                "{ \"a\" < \"b\" }          | { true }",
                "{ \"abc\" =~ \"a.*\" }     | { true }",
                "{ \"abc\" !~ \"b\" }       | { true }",
                "{ !(1 = 2) }               | { true }",
                "{ .a = 2 * 3 }             | { .a = 6 }",
                "{ .a = -1h }               | { .a = (-3600000000000ns) }",
                "{ duration > 1s / 2 }      | { span:duration > 5.0E8 }",
                "{ true && .a }             | { true && .a }",
                "{ true && .a = 1 }         | { .a = 1 }",
                "{ false && .a }            | { false }",
                "{ 1 = 1 @@ .a }            | { true }",
                "{ false @@ .a @@ .b }      | { .a @@ .b }",
                "{ ok = ok }                | { true }",
                "{ maxInt + 1 = minInt }    | { true }",
                "{ .a > 1.0 / 0 }           | { .a > Infinity }",
            })
    void constantsAreFolded(String query, String expected) {
        assertThat(folded(query.replace("@@", "||"))).isEqualTo(expected.replace("@@", "||"));
    }

    @Test
    void aLongChainIsOneNode() {
        StringBuilder query = new StringBuilder("{ .id = 0");
        for (int i = 1; i < 5000; i++) {
            query.append(" || .id = ").append(i);
        }
        Spansets.Filter filter = (Spansets.Filter) Traceql.parse(query + " }");
        assertThat(((io.clew.traceql.ast.Expression.Or) filter.condition()).operands())
                .hasSize(5000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ .a = \"x\" && (span.b != 2 || !(.c =~ \"y.*\")) }",
                "{ duration > 1h && status = error && kind = server } || { event:name = \"exception\" }",
                "({ .a } && { .b }) || { -(.c + 1) ^ 2 < 3.5 }",
                "{ .\"a b\" = nil && .\"1\" != nil && .\"(\" = true }",
            })
    void whatIsPrintedParsesToTheSame(String query) {
        String printed = folded(query);
        assertThat(folded(printed)).isEqualTo(printed);
    }
}

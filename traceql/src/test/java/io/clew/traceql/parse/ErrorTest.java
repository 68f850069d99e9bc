package io.clew.traceql.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.clew.traceql.Traceql;
import io.clew.traceql.parse.TraceqlException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of queries that cannot be run: where, what was read, what was expected. */
class ErrorTest {

    private static TraceqlException error(String query) {
        return assertThrows(TraceqlException.class, () -> Traceql.parse(query), query);
    }

    @Test
    void namesPlaceReadExpectedAndCaret() {
        TraceqlException error = error("{ .a = 1 &&\n  .线 == 2 }");
        assertThat(error.line()).isEqualTo(2);
        assertThat(error.column()).isEqualTo(7);
        assertThat(error.read()).isEqualTo("`=`");
        assertThat(error.expected()).startsWith("a value, an attribute");
        assertThat(error.hint()).isEqualTo("equality is written with one `=`");
        assertThat(error.caret()).isEqualTo("  .线 == 2 }\n   \u3000  ^");
        assertThat(error).hasMessageStartingWith("line 2, column 7: read `=`, expected a value");
    }

    @Test
    void aLongLineIsCutRoundTheCaret() {
        TraceqlException error = error("{ .a = \"" + "x".repeat(500) + "\" ] }");
        String[] lines = error.caret().split("\n", -1);
        assertThat(lines).hasSize(2);
        assertThat(lines[0]).startsWith("... x").hasSizeLessThan(140);
        assertThat(lines[0].charAt(lines[1].indexOf('^'))).isEqualTo(']');
    }

    /** Columns: query, column, then a part of the message. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "true                     | 1 | expected `{`",
                "[                        | 1 | conditions stand in braces",
                ".a = 1                   | 1 | conditions stand in braces",
                "2 * 3                    | 1 | expected `{`",
                "{ .a = 1                 | 9 | `{` at line 1, column 1 is not closed",
                "{ (.a = 1 }              | 11 | expected an operator or `)`",
                "{ .a = 1 ) }             | 10 | expected an operator or `}`",
                "{ . }                    | 4 | the name of an attribute after `.`",
                "{ span. }                | 8 | the name of an attribute after `span.`",
                "{ .a < }                 | 8 | expected a value",
                "{ < .a }                 | 3 | expected a value",
                "{ attribute = 4 }        | 3 | `.attribute`, `span.attribute`",
                "{ http.method = \"GET\" } | 3 | `.http.method`, `span.http.method` or `resource.http.method`",
                "{ .a == 4 }              | 7 | one `=`",
                "{ .a = 'x' }             | 8 | double quotes",
                "{ .a = “x” }             | 8 | straight double quotes",
                "{ .a = \"x }             | 8 | the text does not end",
                "{ .a = `x }              | 8 | closing back quote",
                "{ .a = \"\\q\" }         | 9 | an escape",
                "{ .a = \"\\xZZ\" }       | 9 | needs 2 hexadecimal digits",
                "{ .a = \"\\xff\" }       | 8 | valid UTF-8",
                "{ .a = \"\\ud800\" }     | 9 | surrogate",
                "{ .\"a = 1 }             | 4 | does not end",
                "{ .\"a\\n\" = 1 }        | 6 | only escapes in a quoted attribute name",
                "{ .a = 1 /* x            | 10 | the comment does not end",
                "{ .a = 9223372036854775808 } | 8 | does not fit 64 bits",
                "{ .a = 1e999 }           | 8 | larger than",
                "{ duration > 300y }      | 14 | 292 years",
                "{ duration > 5q }        | 14 | durations are written like",
                "{ durration > 5s }       | 3 | did you mean `duration`?",
                "{ staus = error }        | 3 | did you mean `status`?",
                "{ status = eror }        | 12 | did you mean `error`?",
                "{ kind = servr }         | 10 | did you mean `server`?",
                "{ .a = 1 and .b = 2 }    | 10 | write &&",
                "{ .a = null }            | 8 | write nil",
                "{ .a = 1 & .b = 2 }      | 10 | did you mean `&&`?",
                "{ trace:status = ok }    | 9 | an intrinsic of `trace:`",
                "{ trace:kind = server }  | 9 | an intrinsic of `trace:`",
                "{ trace:name = \"x\" }   | 9 | an intrinsic of `trace:`",
                "{ trace:rootServiceName = \"x\" } | 9 | did you mean `trace:rootService`?",
                "{ span:rootName = \"x\" } | 8 | an intrinsic of `span:`",
                "{ trace.id = \"x\" }     | 8 | a trace has no attributes of its own",
                "{} {}                    | 4 | join filters with && or ||",
                "{ 2 = 3 } + { 2 = 3 }    | 11 | expected `&&`, `||` or the end",
                "{ 1 <> 2 }               | 6 | expected a value",
                "({}                      | 4 | `(` at line 1, column 1 is not closed",
                "{} &&                    | 6 | the end of the query",
                "{ .a >> .b }             | 6 | structural operators stand between filters",
                "{ count() > 1 }          | 3 | aggregates stand behind a filter",
            })
    void syntax(String query, int column, String message) {
        TraceqlException error = error(query);
        assertThat(error).hasMessageContaining(message);
        assertThat(error.column()).as(error.getMessage()).isEqualTo(column);
        assertThat(error.reason()).isEqualTo(Reason.SYNTAX);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "{ 3 }                        | 3 | a filter needs a condition, read a int",
                "{ name }                     | 3 | read a string",
                "{ nil }                      | 3 | read a nil",
                "{ .a + 1 }                   | 6 | read a float",
                "{ 3 = \"foo\" }              | 5 | read int and string",
                "{ name = 1 }                 | 8 | read string and int",
                "{ status = server }          | 10 | read status and kind",
                "{ status = 2 }               | 10 | read status and int",
                "{ duration = \"1s\" }        | 12 | read duration and string",
                "{ .a + \"x\" = 1 }           | 8 | `+` needs numbers, read a string",
                "{ -\"x\" = 1 }               | 4 | `-` needs numbers",
                "{ !1 = .a }                  | 4 | `!` needs conditions",
                "{ .a && 1 }                  | 9 | `&&` needs conditions",
                "{ .a + 1 = \"x\" }           | 10 | read float and string",
                "{ status > ok }              | 10 | have no order",
                "{ kind <= server }           | 8 | have no order",
                "{ .a < true }                | 6 | have no order",
                "{ .a < nil }                 | 6 | nil has no order",
                "{ .a =~ .b }                 | 9 | needs a regular expression in quotes",
                "{ .a =~ 5 }                  | 9 | needs a regular expression in quotes",
                "{ 5 =~ \"x\" }               | 5 | matches strings, read int",
                "{ status =~ \"err.*\" }      | 10 | matches strings, read status",
                "{ .a =~ \"[\" }              | 9 | missing closing ]",
                "{ .a =~ \"(?<=x)y\" }        | 9 | the regular expression cannot be used",
                "{ name = nil }               | 8 | cannot be tested for being nil",
                "{ nil = duration }           | 7 | cannot be tested for being nil",
                "{ resource.service.name = nil } | 25 | cannot be tested for being nil",
                "{ .a = 1 / 0 }               | 10 | division by zero",
                "{ .a = 1 % (2 - 2) }         | 10 | division by zero",
            })
    void types(String query, int column, String message) {
        TraceqlException error = error(query);
        assertThat(error).hasMessageContaining(message);
        assertThat(error.column()).as(error.getMessage()).isEqualTo(column);
        assertThat(error.reason()).isEqualTo(Reason.TYPE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ .http.status >= \"200\" }",
                "{ 1 * 1h = 1 }",
                "{ nil = nil }",
                "{ name != nil }",
                "{ resource.service.name != nil }",
                "{ .a && .b }",
                "{ .a = ok }",
                "{ -.a > 1s }",
                "{ (.a = 1) = (.b = 2) }",
                "{ \"x\" = .a }",
                "{ true = true }",
                "{ !true }",
            })
    void valid(String query) {
        assertThat(Traceql.parse(query)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "{} > {}            | 4 | structural operators",
                "{} >> {}           | 4 | structural operators",
                "{} << {}           | 4 | structural operators",
                "{} ~ {}            | 4 | structural operators",
                "{} !>> {}          | 4 | structural operators",
                "{} !~ {}           | 4 | structural operators",
                "{} &>> {}          | 4 | structural operators",
                "({} && {}) &~ {}   | 12 | structural operators",
                "{} @ count() > 1   | 4 | the aggregate `count`",
                "{} @ by(.a)        | 4 | the pipeline stage `by`",
                "{} @ select(.a)    | 4 | the pipeline stage `select`",
                "{} @ {}            | 4 | pipelines",
                "{} @ rate()        | 4 | the metrics function `rate`",
                "({} @ count() > 1) | 5 | the aggregate `count`",
                "count() > 1        | 1 | the aggregate `count`",
                "by(.a)             | 1 | the pipeline stage `by`",
                "{} with (a = 1)    | 4 | hints",
                "{ nestedSetParent < 0 } | 3 | `nestedSetParent`",
                "{ parent.a = 1 }   | 3 | attributes of the parent span",
                "{ parent = nil }   | 3 | `parent`",
            })
    void notSupportedYet(String query, int column, String message) {
        TraceqlException error = error(query.replace('@', '|'));
        assertThat(error).hasMessageContaining(message).hasMessageContaining("not supported yet");
        assertThat(error.column()).as(error.getMessage()).isEqualTo(column);
        assertThat(error.reason()).isEqualTo(Reason.UNSUPPORTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "!", "-", "{ ("})
    void deepNestingIsRefused(String bracket) {
        String query = (bracket.startsWith("{") ? "" : bracket.equals("(") ? "" : "{ ") + bracket.repeat(60_000);
        TraceqlException error = error(query);
        assertThat(error.reason()).isIn(Reason.LIMIT, Reason.SYNTAX);
        if (!bracket.startsWith("{")) {
            assertThat(error).hasMessageContaining("nests deeper than 250 levels");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {" + .a", " = .a", " && .a || .a", " ^ .a"})
    void deepTreesAreRefused(String operation) {
        assertThat(error("{ .a" + operation.repeat(10_000) + " }"))
                .hasMessageContaining("nests deeper than 250 levels");
    }

    @Test
    void nestingUpToTheLimitWorks() {
        assertThat(Traceql.parse("{ " + "(".repeat(250) + ".a" + ")".repeat(250) + " }"))
                .isNotNull();
        assertThat(Traceql.parse("{ .a" + " + .a".repeat(248) + " = 1 }")).isNotNull();
    }

    @Test
    void lengthIsCountedInBytes() {
        String fits = "{ .a = \"" + "线".repeat(40_000) + "\" }";
        assertThat(Traceql.parse(fits)).isNotNull();
        String tooLong = "{ .a = \"" + "线".repeat(44_000) + "\" }";
        assertThatThrownBy(() -> Traceql.parse(tooLong)).hasMessageContaining("longer than 131072 bytes");
        assertThat(error("{ .a = \"" + "x".repeat(131_072) + "\" }").reason()).isEqualTo(Reason.LIMIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"((a{1000}){1000}){1000}", "(((((a{20}){20}){20}){20}){20})"})
    void costlyRegexesAreRefused(String regex) {
        assertThat(error("{ .a =~ `" + regex + "` }")).hasMessageContaining("regular expression cannot be used");
    }

    @Test
    void deeplyNestedRegexesAreRefused() {
        String regex = "(".repeat(20_000) + ")".repeat(20_000);
        assertThat(error("{ .a =~ `" + regex + "` }")).hasMessageContaining("nest deeper than 100 levels");
    }
}

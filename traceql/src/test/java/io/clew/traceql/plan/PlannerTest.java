package io.clew.traceql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.TraceId;
import io.clew.store.SpanCondition;
import io.clew.traceql.Traceql;
import io.clew.traceql.ast.Conditions;
import io.clew.traceql.regex.Regex;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes down to the store, written as a short formula. That it never misses is held by NaiveComparisonTest. */
class PlannerTest {

    private static String plan(String query) {
        Plan plan = Planner.plan(Traceql.parse(query));
        return plan.never() ? "never" : text(plan.condition());
    }

    private static String text(SpanCondition condition) {
        return switch (condition) {
            case SpanCondition.Any _ -> "any";
            case SpanCondition.And and -> join(and.parts(), " & ");
            case SpanCondition.Or or -> join(or.parts(), " | ");
            case SpanCondition.Test(
                    SpanCondition.Field field,
                    SpanCondition.Operator operator,
                    SpanCondition.Operand operand) -> text(field) + " " + operator + text(operand);
        };
    }

    private static String join(List<SpanCondition> parts, String by) {
        return parts.stream().map(PlannerTest::text).collect(Collectors.joining(by, "(", ")"));
    }

    private static String text(SpanCondition.Field field) {
        return switch (field) {
            case SpanCondition.Attribute attribute -> attribute.scope() + "." + attribute.key();
            case SpanCondition.Intrinsic intrinsic -> intrinsic.name();
        };
    }

    private static String text(SpanCondition.Operand operand) {
        return switch (operand) {
            case SpanCondition.Text text -> " '" + text.value() + "'";
            case SpanCondition.Int number -> " " + number.value();
            case SpanCondition.Real number -> " " + number.value();
            case SpanCondition.Bool bool -> " " + bool.value();
            case SpanCondition.Nothing _ -> "";
            case SpanCondition.Pattern pattern -> " ~" + pattern.literal();
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "{}                                  | any",
                "{ 1 = 2 }                           | never",
                "{ span.a = \"x\" }                  | SPAN.a EQUAL 'x'",
                "{ \"x\" < span.a }                  | SPAN.a GREATER 'x'",
                "{ span.a = 1 && resource.b != 2.5 } | (SPAN.a EQUAL 1 & RESOURCE.b NOT_EQUAL 2.5)",
                "{ span.a = 1 @@ event.b = true }    | (SPAN.a EQUAL 1 @ EVENT.b EQUAL true)",
                "{ span.a = 1 @@ !(span.b = 2) }     | any",
                "{ span.a = 1 && !(span.b = 2) }     | SPAN.a EQUAL 1",
                "{ .a = 1 }                          | (SPAN.a EQUAL 1 @ RESOURCE.a EQUAL 1 @ INSTRUMENTATION.a EQUAL 1 @ EVENT.a EQUAL 1 @ LINK.a EQUAL 1)",
                "{ span.a }                          | SPAN.a EQUAL true",
                "{ !span.a }                         | SPAN.a EQUAL false",
                "{ span.a = nil }                    | any",
                "{ span.a != nil }                   | SPAN.a EXISTS",
                "{ span.a =~ \"GET /x.*\" }          | SPAN.a MATCH ~GET /x",
                "{ span.a !~ \"x\" }                 | SPAN.a NOT_MATCH ~x",
                "{ name = \"x\" }                    | NAME EQUAL 'x'",
                "{ .name = \"x\" }                   | NAME EQUAL 'x'",
                "{ .name = 5 }                       | never",
                "{ !(.name = 5) }                    | any",
                "{ !(name = \"x\") }                 | NAME NOT_EQUAL 'x'",
                "{ !(duration < 1s @@ status = error) } | (DURATION GREATER_EQUAL 1000000000 & STATUS NOT_EQUAL 2)",
                "{ duration > 1.5 }                  | DURATION GREATER 1.5",
                "{ kind = server }                   | KIND EQUAL 2",
                "{ kind = unspecified }              | (KIND LESS 1 @ KIND GREATER 5)",
                "{ status != unset }                 | (STATUS GREATER_EQUAL 1 & STATUS LESS_EQUAL 2)",
                "{ span.a = ok }                     | never",
                "{ span:id = \"ff\" }                | SPAN_ID EQUAL 255",
                "{ span:id = \"no\" }                | never",
                "{ span:parentID = \"\" }            | PARENT_ID EQUAL 0",
                "{ span:id != \"ff\" }               | any",
                "{ span.a + 1 > span.b }             | (SPAN.a EXISTS & SPAN.b EXISTS)",
                "{ -span.a > duration }              | SPAN.a EXISTS",
                "{ (span.a = 1) = true }             | any",
                "{ event:name = \"e\" }              | EVENT_NAME EQUAL 'e'",
                "{ link:spanID = \"1\" }             | any",
                "{ instrumentation:version = \"1\" } | SCOPE_VERSION EQUAL '1'",
                "{ trace:duration > 1s }             | any",
                "{ rootName = \"x\" }                | (NAME EQUAL 'x' & PARENT_ID EQUAL 0)",
                "{ rootName = \"\" }                 | any",
                "{ rootName != \"x\" }               | any",
                "{ rootServiceName = \"x\" }         | (RESOURCE.service.name EQUAL 'x' & PARENT_ID EQUAL 0)",
                // The root and the matching span may be two: one of the conditions goes down, never both.
                "{ rootName = \"x\" && span:id = \"1\" } | SPAN_ID EQUAL 1",
                "{ rootName = \"x\" && span.a != 1 } | (NAME EQUAL 'x' & PARENT_ID EQUAL 0)",
                "{ rootName = \"x\" @@ span.a = 1 }  | ((NAME EQUAL 'x' & PARENT_ID EQUAL 0) @ SPAN.a EQUAL 1)",
                // Between filters the more selective side.
                "{ kind = server } && { span.a = 1 } | SPAN.a EQUAL 1",
                "{ span.a = 1 } && {}                | SPAN.a EQUAL 1",
                "{ span.a = 1 } && { 1 = 2 }         | never",
                "{ span.a = 1 } @@ { span.b = 2 }    | (SPAN.a EQUAL 1 @ SPAN.b EQUAL 2)",
                "{ span.a = 1 } @@ {}                | any",
                "{ span.a = 1 } @@ { 1 = 2 }         | SPAN.a EQUAL 1",
            })
    void pushedDown(String query, String expected) {
        assertThat(plan(query.replace("@@", "||"))).isEqualTo(expected.replace('@', '|'));
    }

    @Test
    void oneTrace() {
        assertThat(only("{ trace:id = \"ab\" }")).isEqualTo(new TraceId(0, 0xAB));
        assertThat(only("{ trace:id = \"ab\" && name = \"x\" } && { kind = client }"))
                .isEqualTo(new TraceId(0, 0xAB));
        assertThat(only("{ trace:id = \"ab\" || name = \"x\" }")).isNull();
        assertThat(only("{ trace:id = \"ab\" } || { trace:id = \"ac\" }")).isNull();
        assertThat(only("{ !(trace:id = \"ab\") }")).isNull();
    }

    private static @org.jspecify.annotations.Nullable TraceId only(String query) {
        return Planner.plan(Traceql.parse(query)).onlyTrace();
    }

    @Test
    void textOfAnyType() {
        String plan = text(Planner.plan(Conditions.filter(List.of(Conditions.tag("k", "1"))))
                .condition());
        assertThat(plan).contains("SPAN.k EQUAL '1'", "SPAN.k EQUAL 1.0", "SPAN.k EQUAL 1 ", "LINK.k EQUAL '1'");
        assertThat(text(Planner.plan(Conditions.filter(List.of(Conditions.tag("error", "true"))))
                        .condition()))
                .contains("EVENT.error EQUAL true", "STATUS EQUAL 2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "abc        | abc",
                "abc.*      | abc",
                ".*abc.*    | abc",
                "a.bcd      | bcd",
                "ab*cd      | cd",
                "ab?        | a",
                "ab+c       | ab",
                "abc{0,2}d  | ab",
                "a(bcd)?ef  | ef",
                "(abcdef)x  | x",
                "a[bc]def   | def",
                "a\\.b      | a.b",
                "/a\\/b\\d+cc | /a/b",
                "^abc$      | abc",
                "你好*吗哈    | 吗哈",
                "😀*ab      | ab",
                "a@b        | null",
                "x(a@b)y    | x",
                "(?i)abc    | null",
                "x(?i:abc)  | null",
                "x(?:abc)yz | yz",
                "\\Qa.b\\E  | null",
                "a\\x41     | null",
                ".*         | null",
                "[abc]+     | null",
                "x[[:alpha:]]y | null",
                "x[\\]]yy   | yy",
                "(\\))abc   | abc",
                "([)])abc   | abc",
            })
    void literals(String regex, String literal) throws Exception {
        assertThat(String.valueOf(Regex.compile(regex.replace('@', '|')).literal()))
                .isEqualTo(literal);
    }
}

package io.clew.traceql;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.AttributeValue;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.traceql.eval.TraceMatcher;
import io.clew.traceql.kit.NaiveEngine;
import io.clew.traceql.kit.PlainTrace;
import io.clew.traceql.kit.TraceBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of value, and none, against every kind of condition: the table of docs/traceql.md, on every scope. */
class MatrixTest {
    static final List<String> CONDITIONS = List.of(
            "X = \"x\"",
            "X != \"x\"",
            "X =~ \"x\"",
            "X !~ \"x\"",
            "X < \"y\"",
            "X = 1",
            "X != 1",
            "X < 2",
            "X = true",
            "X = nil",
            "X != nil",
            "!(X = \"x\")",
            "X",
            "!X",
            "X + 1 = 2");

    /** Rows in the order of {@link #CONDITIONS}: y = holds. */
    static final Map<String, String> EXPECTED = new LinkedHashMap<>();

    static {
        //                           ="x" !="x" =~ !~ <"y" =1 !=1 <2 =true =nil !=nil !(=) X !X X+1=2
        EXPECTED.put("missing", "    -    -    -  -  -    -  -   -  -     y    -     y    - -  -");
        EXPECTED.put("empty value", "-    -    -  -  -    -  -   -  -     y    -     y    - -  -");
        EXPECTED.put("\"\"", "       -    y    -  y  y    -  -   -  -     -    y     y    - -  -");
        EXPECTED.put("\"x\"", "      y    -    y  -  y    -  -   -  -     -    y     -    - -  -");
        EXPECTED.put("1", "          -    -    -  -  -    y  -   y  -     -    y     y    - -  y");
        EXPECTED.put("1.0", "        -    -    -  -  -    y  -   y  -     -    y     y    - -  y");
        EXPECTED.put("true", "       -    -    -  -  -    -  -   -  y     -    y     y    y -  -");
        EXPECTED.put("false", "      -    -    -  -  -    -  -   -  -     -    y     y    - y  -");
        EXPECTED.put("[x,y]", "      y    -    y  -  y    -  -   -  -     -    y     -    - -  -");
        EXPECTED.put("[a,b]", "      -    y    -  y  y    -  -   -  -     -    y     y    - -  -");
        EXPECTED.put("[x,1]", "      y    -    y  -  y    y  -   y  -     -    y     -    - -  -");
        EXPECTED.put("[1]", "        -    -    -  -  -    y  -   y  -     -    y     y    - -  -");
        EXPECTED.put("[]", "         -    -    -  -  -    -  -   -  -     -    y     y    - -  -");
        EXPECTED.put("map", "        -    -    -  -  -    -  -   -  -     -    y     y    - -  -");
        EXPECTED.put("bytes", "      -    -    -  -  -    -  -   -  -     -    y     y    - -  -");
        EXPECTED.put("x and y", "    y    -    y  -  y    -  -   -  -     -    y     -    - -  -");
    }

    static List<Object> values(String row) {
        return switch (row) {
            case "missing" -> List.of();
            case "empty value" -> List.of(new AttributeValue.Empty());
            case "\"\"" -> List.of("");
            case "\"x\"" -> List.of("x");
            case "1" -> List.of(1);
            case "1.0" -> List.of(1.0);
            case "true" -> List.of(true);
            case "false" -> List.of(false);
            case "[x,y]" -> List.of(new AttributeValue.Array(texts("x", "y")));
            case "[a,b]" -> List.of(new AttributeValue.Array(texts("a", "b")));
            case "[x,1]" -> List.<Object>of((Object) new Object[] {"x", 1});
            case "[1]" -> List.<Object>of((Object) new Object[] {1});
            case "[]" -> List.of(new AttributeValue.Array(List.of()));
            case "map" ->
                List.of(new AttributeValue.KeyValues(
                        List.of(new AttributeValue.Entry("x", new AttributeValue.Text("x")))));
            case "bytes" -> List.of(new AttributeValue.Bytes(new byte[] {'x'}));
            case "x and y" -> List.of("x", "y");
            default -> throw new AssertionError(row);
        };
    }

    private static List<AttributeValue> texts(String... words) {
        return List.of(words).stream()
                .map(w -> (AttributeValue) new AttributeValue.Text(w))
                .toList();
    }

    enum Place {
        SPAN("span.a"),
        RESOURCE("resource.a"),
        INSTRUMENTATION("instrumentation.a"),
        EVENT("event.a"),
        LINK("link.a"),
        UNSCOPED_SPAN(".a"),
        UNSCOPED_RESOURCE(".a"),
        UNSCOPED_EVENT(".a"),
        UNSCOPED_LINK(".a"),
        UNSCOPED_INSTRUMENTATION(".a");

        private final String name;

        Place(String name) {
            this.name = name;
        }

        /** A condition of {@link #CONDITIONS} about the attribute here. */
        String in(String condition) {
            return condition.replace("X", name);
        }
    }

    static Trace trace(long id, Place place, List<Object> values) {
        TraceBuilder trace = TraceBuilder.trace(id).span(1, 0, "n", 10, 20);
        trace.event("e", 11).link(new TraceId(0, 2), 2);
        for (Object value : values) {
            switch (place) {
                case SPAN, UNSCOPED_SPAN -> trace.with("a", value);
                case RESOURCE, UNSCOPED_RESOURCE -> trace.resource("a", value);
                case INSTRUMENTATION, UNSCOPED_INSTRUMENTATION -> trace.scopeAttribute("a", value);
                case EVENT, UNSCOPED_EVENT -> trace.eventAttribute("a", value);
                case LINK, UNSCOPED_LINK -> trace.linkAttribute("a", value);
            }
        }
        return trace.build();
    }

    static boolean matches(String condition, Trace trace) {
        String query = "{ " + condition + " }";
        boolean matches = TraceMatcher.of(Traceql.parse(query)).match(trace) > 0;
        assertThat(!NaiveEngine.match(Traceql.parse(query), PlainTrace.of(trace))
                        .isEmpty())
                .as("the naive engine on %s", query)
                .isEqualTo(matches);
        return matches;
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void everyValueAgainstEveryCondition(Place place) {
        List<String> wrong = new ArrayList<>();
        EXPECTED.forEach((row, marks) -> {
            Trace trace = trace(1, place, values(row));
            String[] expected = marks.trim().split(" +", -1);
            assertThat(expected).hasSameSizeAs(CONDITIONS);
            for (int i = 0; i < expected.length; i++) {
                String condition = place.in(CONDITIONS.get(i));
                if (matches(condition, trace) != expected[i].equals("y")) {
                    wrong.add(row + ": " + condition + " should be " + expected[i]);
                }
            }
        });
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"event.a", "link.a", "event:name", "link:spanID"})
    void withoutEventsAndLinksNothingHoldsOfThem(String name) {
        Trace trace = TraceBuilder.trace(1).span(1, 0, "n", 10, 20).build();
        assertThat(matches(name + " = \"x\"", trace)).isFalse();
        assertThat(matches(name + " != \"x\"", trace)).isFalse();
        assertThat(matches(name + " != nil", trace)).isFalse();
        assertThat(matches("!(" + name + " = \"x\")", trace)).isTrue();
        if (name.indexOf(':') < 0) {
            assertThat(matches(name + " = nil", trace)).isFalse();
        }
    }

    @Test
    void anEventConditionHoldsOfAnyEventAndEachOfItsOwn() {
        Trace trace = TraceBuilder.trace(1)
                .span(1, 0, "n", 10, 20)
                .event("a", 11)
                .eventAttribute("k", 1)
                .event("b", 13)
                .eventAttribute("l", 2)
                .event("c", 15)
                .eventAttribute("k", 3)
                .eventAttribute("l", 3)
                .build();
        assertThat(matches("event.k = 1 && event.l = 2", trace)).isTrue();
        assertThat(matches("event.k != 1", trace)).isTrue();
        assertThat(matches("event.k = nil", trace)).isTrue();
        assertThat(matches("event:name = \"b\" && event.k = 3", trace)).isTrue();
        // Within one comparison the names are of one event.
        assertThat(matches("event.k = event.l", trace)).isTrue();
        assertThat(matches("event.k < event.l", trace)).isFalse();
        assertThat(matches("event:timeSinceStart = 3ns", trace)).isTrue();
        assertThat(matches("event:timeSinceStart > 5ns", trace)).isFalse();
        // A name without scope stands for the values of all events.
        assertThat(matches(".k = 3", trace)).isTrue();
        assertThat(matches(".k != 3", trace)).isFalse();
        assertThat(matches("(event.k = 1) = (event.l = 2)", trace)).isTrue();
    }

    @Test
    void anUnscopedNameIsThatOfTheFirstLevelThatHasIt() {
        TraceBuilder builder = TraceBuilder.trace(1)
                .span(1, 0, "n", 10, 20)
                .scopeAttribute("a", "scope")
                .link(new TraceId(0, 1), 1)
                .linkAttribute("a", "link");
        assertThat(matches(".a = \"link\" && .a != \"scope\"", builder.build())).isTrue();
        builder.event("e", 1).eventAttribute("a", "event");
        assertThat(matches(".a = \"event\" && .a != \"link\"", builder.build())).isTrue();
        builder.resource("a", "resource");
        assertThat(matches(".a = \"resource\" && .a != \"event\"", builder.build()))
                .isTrue();
        builder.with("a", new AttributeValue.Empty());
        assertThat(matches(".a = \"resource\"", builder.build())).isTrue();
        builder.with("a", 1);
        assertThat(matches(".a = 1 && !(.a = \"resource\")", builder.build())).isTrue();
        builder.with("name", "shadowed").with("duration", "long");
        assertThat(matches(".name = \"n\" && span.name = \"shadowed\"", builder.build()))
                .isTrue();
        assertThat(matches(".duration = 10ns", builder.build())).isTrue();
        builder.service("shop");
        assertThat(matches(".service.name = \"shop\"", builder.build())).isTrue();
    }

    @Test
    void notOfALoneAttributeNeedsABool() {
        Trace trace = TraceBuilder.trace(1)
                .span(1, 0, "n", 1, 2)
                .with("b", false)
                .with("t", "x")
                .build();
        assertThat(matches("!span.b", trace)).isTrue();
        assertThat(matches("!!span.b", trace)).isFalse();
        assertThat(matches("!span.t", trace)).isFalse();
        assertThat(matches("!!span.t", trace)).isFalse();
        assertThat(matches("!(span.b || span.t)", trace)).isTrue();
        assertThat(matches("span.missing || name = \"n\"", trace)).isTrue();
    }

    @Test
    void divisionByZeroIsNil() {
        Trace trace = TraceBuilder.trace(1)
                .span(1, 0, "n", 1, 2)
                .with("z", 0)
                .with("f", 0.0)
                .build();
        assertThat(matches("1 / span.z = 1", trace)).isFalse();
        assertThat(matches("1 / span.z = nil", trace)).isTrue();
        assertThat(matches("1 % span.z != nil", trace)).isFalse();
        assertThat(matches("1 / span.f > 1000", trace)).isTrue();
    }

    @Test
    void intsCompareExactlyAndWithFloatsAsFloats() {
        Trace trace = TraceBuilder.trace(1)
                .span(1, 0, "n", 1, 2)
                .with("big", 9_007_199_254_740_993L)
                .with("max", Long.MAX_VALUE)
                .build();
        assertThat(matches("span.big = 9007199254740993", trace)).isTrue();
        assertThat(matches("span.big = 9007199254740992", trace)).isFalse();
        assertThat(matches("span.big > 9007199254740992", trace)).isTrue();
        assertThat(matches("span.big = 9007199254740992.0", trace)).isTrue();
        assertThat(matches("span.max = maxInt", trace)).isTrue();
        assertThat(matches("span.max + 1 = minInt", trace)).isTrue();
    }

    @Test
    void aTypeThatDiffersFromServiceToServiceIsComparedWhereItFits() {
        Trace trace = TraceBuilder.trace(1)
                .span(1, 0, "int", 1, 2)
                .with("http.status_code", 200)
                .span(2, 1, "text", 1, 2)
                .with("http.status_code", "200")
                .build();
        assertThat(TraceMatcher.of(Traceql.parse("{ span.http.status_code = 200 }"))
                        .match(trace))
                .isEqualTo(1);
        assertThat(TraceMatcher.of(Traceql.parse("{ .http.status_code >= \"200\" }"))
                        .match(trace))
                .isEqualTo(1);
        assertThat(TraceMatcher.of(Traceql.parse("{ .http.status_code = 200 || .http.status_code = \"200\" }"))
                        .match(trace))
                .isEqualTo(2);
    }
}

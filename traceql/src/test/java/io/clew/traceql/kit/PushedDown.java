package io.clew.traceql.kit;

import io.clew.model.Hex;
import io.clew.store.SpanCondition;
import io.clew.store.SpanCondition.Operator;
import io.clew.traceql.kit.PlainTrace.PlainSpan;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Span conditions answered as narrowly as the store's contract allows, to see whether a plan ever misses. Stateless. */
public final class PushedDown {
    private PushedDown() {}

    public static boolean holds(SpanCondition condition, PlainSpan span) {
        return switch (condition) {
            case SpanCondition.Any _ -> true;
            case SpanCondition.And and -> and.parts().stream().allMatch(part -> holds(part, span));
            case SpanCondition.Or or -> or.parts().stream().anyMatch(part -> holds(part, span));
            case SpanCondition.Test test ->
                values(test.field(), span).stream().anyMatch(value -> value instanceof List<?> || test(test, value));
        };
    }

    private static List<@Nullable Object> values(SpanCondition.Field field, PlainSpan span) {
        List<@Nullable Object> values = new ArrayList<>();
        switch (field) {
            case SpanCondition.Attribute(SpanCondition.Scope scope, String key) -> {
                List<Map<String, List<@Nullable Object>>> maps = switch (scope) {
                    case SPAN -> List.of(span.attributes());
                    case RESOURCE -> List.of(span.resource());
                    case INSTRUMENTATION -> List.of(span.scope());
                    case EVENT ->
                        span.events().stream()
                                .map(PlainTrace.PlainEvent::attributes)
                                .toList();
                    case LINK ->
                        span.links().stream()
                                .map(PlainTrace.PlainLink::attributes)
                                .toList();
                };
                maps.forEach(map -> values.addAll(map.getOrDefault(key, List.of())));
            }
            case SpanCondition.Intrinsic intrinsic -> {
                switch (intrinsic) {
                    case NAME -> values.add(span.name());
                    case KIND -> values.add((long) span.kindCode());
                    case STATUS -> values.add((long) span.statusCode());
                    case STATUS_MESSAGE -> values.add(span.statusMessage());
                    case DURATION -> values.add(span.duration());
                    case SPAN_ID -> values.add(id(span.id()));
                    case PARENT_ID -> values.add(id(span.parentId()));
                    case EVENT_NAME -> span.events().forEach(event -> values.add(event.name()));
                    case SCOPE_NAME -> values.add(span.scopeName());
                    case SCOPE_VERSION -> values.add(span.scopeVersion());
                }
            }
        }
        return values;
    }

    private static long id(String hex) {
        return hex.isEmpty() ? 0 : Hex.parse(hex, 0, hex.length());
    }

    private static boolean test(SpanCondition.Test test, @Nullable Object value) {
        Operator operator = test.operator();
        return switch (test.operand()) {
            case SpanCondition.Nothing _ -> value != null;
            case SpanCondition.Text(String other) ->
                value instanceof String text
                        && ordered(operator, Arrays.compareUnsigned(utf8(text), utf8(other)), false);
            case SpanCondition.Bool(boolean other) ->
                value instanceof Boolean bool && ordered(operator, Boolean.compare(bool, other), false);
            case SpanCondition.Int(long other) ->
                value instanceof Long number
                        ? ordered(operator, Long.compare(number, other), false)
                        : value instanceof Double real && mixed(operator, other, real, false);
            case SpanCondition.Real(double other) ->
                value instanceof Long number
                        ? mixed(operator, number, other, true)
                        : value instanceof Double real && reals(operator, real, other);
            case SpanCondition.Pattern pattern -> {
                byte[] text = value instanceof String string ? utf8(string) : new byte[0];
                boolean contains = pattern.literal() == null
                        || value instanceof String string && string.contains(pattern.literal());
                // A store may skip by the literal before it matches.
                boolean matches = contains && pattern.matches(text, 0, text.length);
                yield value instanceof String && matches == (operator == Operator.MATCH);
            }
        };
    }

    /** An int and a float: only when it holds both of the exact values and of the floats. */
    private static boolean mixed(Operator operator, long whole, double real, boolean wholeFirst) {
        if (Double.isNaN(real) || Double.isInfinite(real)) {
            return wholeFirst ? reals(operator, (double) whole, real) : reals(operator, real, (double) whole);
        }
        int exact = new BigDecimal(whole).compareTo(new BigDecimal(real));
        return ordered(operator, wholeFirst ? exact : -exact, false)
                && (wholeFirst ? reals(operator, (double) whole, real) : reals(operator, real, (double) whole));
    }

    private static boolean reals(Operator operator, double a, double b) {
        boolean unordered = Double.isNaN(a) || Double.isNaN(b);
        return ordered(operator, a < b ? -1 : a > b ? 1 : 0, unordered);
    }

    private static boolean ordered(Operator operator, int order, boolean unordered) {
        return switch (operator) {
            case EQUAL -> !unordered && order == 0;
            case NOT_EQUAL -> unordered || order != 0;
            case LESS -> !unordered && order < 0;
            case LESS_EQUAL -> !unordered && order <= 0;
            case GREATER -> !unordered && order > 0;
            case GREATER_EQUAL -> !unordered && order >= 0;
            case MATCH, NOT_MATCH, EXISTS -> throw new AssertionError(operator);
        };
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

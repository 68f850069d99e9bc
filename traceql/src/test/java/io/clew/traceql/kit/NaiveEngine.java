package io.clew.traceql.kit;

import io.clew.traceql.ast.Attribute;
import io.clew.traceql.ast.ComparisonOperator;
import io.clew.traceql.ast.Expression;
import io.clew.traceql.ast.Intrinsic;
import io.clew.traceql.ast.Reference;
import io.clew.traceql.ast.Spansets;
import io.clew.traceql.ast.Value;
import io.clew.traceql.kit.PlainTrace.PlainEvent;
import io.clew.traceql.kit.PlainTrace.PlainLink;
import io.clew.traceql.kit.PlainTrace.PlainSpan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What queries mean, straight from docs/traceql.md: interprets the tree over plain objects, value by value. Slow and
 * plain; shares no code with the evaluator. {@code null} is nil; a List is several values.
 */
public final class NaiveEngine {
    /** A length of time, to tell it from an int. */
    private record Nanos(long nanos) {}

    /** One event and one link that a comparison looks at. */
    private record Spot(
            @Nullable PlainEvent event, @Nullable PlainLink link) {}

    private final PlainTrace trace;

    private NaiveEngine(PlainTrace trace) {
        this.trace = trace;
    }

    /** Rows of the spans that match. */
    public static Set<Integer> match(Spansets query, PlainTrace trace) {
        return new NaiveEngine(trace).spansets(query);
    }

    private Set<Integer> spansets(Spansets query) {
        Set<Integer> rows = new HashSet<>();
        switch (query) {
            case Spansets.Filter filter -> {
                for (PlainSpan span : trace.spans()) {
                    if (holds(filter.condition(), span)) {
                        rows.add(span.row());
                    }
                }
            }
            case Spansets.Both both -> {
                List<Set<Integer>> parts =
                        both.parts().stream().map(this::spansets).toList();
                if (parts.stream().noneMatch(Set::isEmpty)) {
                    parts.forEach(rows::addAll);
                }
            }
            case Spansets.Either either -> either.parts().forEach(part -> rows.addAll(spansets(part)));
        }
        return rows;
    }

    private boolean holds(Expression e, PlainSpan span) {
        return Boolean.TRUE.equals(truth(e, span));
    }

    /** True, false, or null for what is neither. */
    private @Nullable Boolean truth(Expression e, PlainSpan span) {
        return switch (e) {
            case Expression.Constant c -> c.value() instanceof Value.Bool bool ? (Boolean) bool.value() : null;
            case Expression.And and -> and.operands().stream().allMatch(part -> holds(part, span));
            case Expression.Or or -> or.operands().stream().anyMatch(part -> holds(part, span));
            case Expression.Not not -> negation(not.operand(), span);
            case Expression.Comparison c -> comparison(c, span);
            case Expression.Field _ ->
                bools(e, span).contains(true) ? (Boolean) true : bools(e, span).contains(false) ? false : null;
            case Expression.AnyTextEquals any -> anyText(any, span);
            case Expression.Negate _, Expression.Arithmetic _ -> null;
        };
    }

    private @Nullable Boolean negation(Expression operand, PlainSpan span) {
        if (operand instanceof Expression.Field) {
            Set<Boolean> bools = bools(operand, span);
            return bools.contains(false) ? (Boolean) true : bools.contains(true) ? false : null;
        }
        if (operand instanceof Expression.Not inner && inner.operand() instanceof Expression.Field field) {
            return truth(field, span);
        }
        Boolean truth = truth(operand, span);
        return truth == null ? null : !truth;
    }

    /** The bools among the values of a name, over all events or links that it may mean. */
    private Set<Boolean> bools(Expression field, PlainSpan span) {
        Set<Boolean> bools = new HashSet<>();
        for (Spot spot : spots(span, field, field)) {
            for (Object value : list(value(field, span, spot))) {
                if (value instanceof Boolean bool) {
                    bools.add(bool);
                }
            }
        }
        return bools;
    }

    private boolean comparison(Expression.Comparison c, PlainSpan span) {
        boolean leftNil = isNil(c.left());
        boolean rightNil = isNil(c.right());
        if (leftNil && rightNil) {
            return false;
        }
        for (Spot spot : spots(span, c.left(), c.right())) {
            boolean holds = leftNil || rightNil
                    ? (value(leftNil ? c.right() : c.left(), span, spot) == null)
                            == (c.operator() == ComparisonOperator.EQUAL)
                    : compare(c, span, spot);
            if (holds) {
                return true;
            }
        }
        return false;
    }

    private boolean compare(Expression.Comparison c, PlainSpan span, Spot spot) {
        ComparisonOperator operator = c.operator();
        Object left = value(c.left(), span, spot);
        Object right = value(c.right(), span, spot);
        if (isId(c.left()) && c.right() instanceof Expression.Constant
                || isId(c.right()) && c.left() instanceof Expression.Constant) {
            if (operator == ComparisonOperator.EQUAL || operator == ComparisonOperator.NOT_EQUAL) {
                return sameId(String.valueOf(left), String.valueOf(right)) == (operator == ComparisonOperator.EQUAL);
            }
        }
        if (left instanceof List<?> && right instanceof List<?>) {
            return false;
        }
        boolean negative = operator == ComparisonOperator.NOT_EQUAL || operator == ComparisonOperator.NOT_MATCH;
        boolean compared = false;
        boolean some = false;
        for (Object a : list(left)) {
            for (Object b : list(right)) {
                Boolean result = single(negative ? operator.negated() : operator, a, b);
                compared |= result != null;
                some |= Boolean.TRUE.equals(result);
            }
        }
        return compared && some != negative;
    }

    /** Whether it holds; null when the two do not compare. */
    private static @Nullable Boolean single(ComparisonOperator operator, @Nullable Object a, @Nullable Object b) {
        if (operator == ComparisonOperator.MATCH) {
            return a instanceof String text && b instanceof String regex
                    ? (Boolean)
                            Pattern.compile(regex, Pattern.DOTALL).matcher(text).matches()
                    : null;
        }
        if (a instanceof String text && b instanceof String other) {
            return ordered(
                    operator,
                    Arrays.compareUnsigned(
                            text.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8)));
        }
        if (isNumber(a) && isNumber(b)) {
            if (!(a instanceof Double) && !(b instanceof Double)) {
                return ordered(operator, Long.compare(whole(a), whole(b)));
            }
            double x = real(a);
            double y = real(b);
            return !Double.isNaN(x) && !Double.isNaN(y) && ordered(operator, x < y ? -1 : x > y ? 1 : 0);
        }
        if (a == null || b == null || operator != ComparisonOperator.EQUAL || a.getClass() != b.getClass()) {
            return null;
        }
        return a instanceof Boolean || a instanceof Enum<?> ? (Boolean) a.equals(b) : null;
    }

    private static boolean ordered(ComparisonOperator operator, int order) {
        return switch (operator) {
            case EQUAL -> order == 0;
            case LESS -> order < 0;
            case LESS_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_EQUAL -> order >= 0;
            default -> throw new AssertionError(operator);
        };
    }

    private @Nullable Object value(Expression e, PlainSpan span, Spot spot) {
        return switch (e) {
            case Expression.Constant c ->
                switch (c.value()) {
                    case Value.Nil _ -> null;
                    case Value.Text v -> v.value();
                    case Value.Int v -> v.value();
                    case Value.Real v -> v.value();
                    case Value.Bool v -> v.value();
                    case Value.Duration v -> new Nanos(v.nanos());
                    case Value.Status v -> v.value();
                    case Value.Kind v -> v.value();
                };
            case Expression.Field field -> reference(field.reference(), span, spot);
            case Expression.Negate negate -> {
                Object value = value(negate.operand(), span, spot);
                yield switch (value) {
                    case Long number -> (Object) (-number);
                    case Double number -> -number;
                    case Nanos nanos -> new Nanos(-nanos.nanos());
                    case null, default -> null;
                };
            }
            case Expression.Arithmetic a -> calculate(a, value(a.left(), span, spot), value(a.right(), span, spot));
            default -> truth(e, span);
        };
    }

    private static @Nullable Object calculate(Expression.Arithmetic e, @Nullable Object a, @Nullable Object b) {
        if (!isNumber(a) || !isNumber(b)) {
            return null;
        }
        if (a instanceof Long x && b instanceof Long y) {
            return switch (e.operator()) {
                case ADD -> (Object) (x + y);
                case SUBTRACT -> x - y;
                case MULTIPLY -> x * y;
                case DIVIDE -> y == 0 ? null : (Object) (x / y);
                case MODULO -> y == 0 ? null : (Object) (x % y);
                case POWER ->
                    y < 0
                            ? (Object) Math.pow((double) x, (double) y)
                            : java.math.BigInteger.valueOf(x)
                                    .modPow(java.math.BigInteger.valueOf(y), java.math.BigInteger.ONE.shiftLeft(64))
                                    .longValue();
            };
        }
        double x = real(a);
        double y = real(b);
        return switch (e.operator()) {
            case ADD -> x + y;
            case SUBTRACT -> x - y;
            case MULTIPLY -> x * y;
            case DIVIDE -> x / y;
            case MODULO -> x % y;
            case POWER -> Math.pow(x, y);
        };
    }

    private @Nullable Object reference(Reference reference, PlainSpan span, Spot spot) {
        return switch (reference) {
            case Intrinsic intrinsic -> intrinsic(intrinsic, span, spot);
            case Attribute attribute -> attribute(attribute, span, spot);
        };
    }

    private @Nullable Object intrinsic(Intrinsic intrinsic, PlainSpan span, Spot spot) {
        return switch (intrinsic) {
            case NAME -> span.name();
            case KIND -> span.kind();
            case STATUS -> span.status();
            case STATUS_MESSAGE -> span.statusMessage();
            case DURATION -> new Nanos(span.duration());
            case SPAN_ID -> span.id();
            case PARENT_ID -> span.parentId();
            case CHILD_COUNT -> (long) span.childCount();
            case TRACE_ID -> trace.id();
            case TRACE_DURATION -> new Nanos(trace.duration());
            case ROOT_NAME -> trace.rootName();
            case ROOT_SERVICE -> trace.rootService();
            case EVENT_NAME -> spot.event() == null ? null : spot.event().name();
            case EVENT_TIME_SINCE_START ->
                spot.event() == null || spot.event().sinceStart() == null
                        ? null
                        : new Nanos(spot.event().sinceStart());
            case LINK_TRACE_ID -> spot.link() == null ? null : spot.link().traceId();
            case LINK_SPAN_ID -> spot.link() == null ? null : spot.link().spanId();
            case SCOPE_NAME -> span.scopeName();
            case SCOPE_VERSION -> span.scopeVersion();
        };
    }

    private @Nullable Object attribute(Attribute attribute, PlainSpan span, Spot spot) {
        String key = attribute.name();
        return switch (attribute.scope()) {
            case SPAN -> collect(List.of(span.attributes()), key);
            case RESOURCE -> collect(List.of(span.resource()), key);
            case INSTRUMENTATION -> collect(List.of(span.scope()), key);
            case EVENT ->
                spot.event() == null ? null : collect(List.of(spot.event().attributes()), key);
            case LINK ->
                spot.link() == null ? null : collect(List.of(spot.link().attributes()), key);
            case UNSCOPED -> {
                for (Intrinsic intrinsic : Intrinsic.values()) {
                    boolean bare = List.of(
                                    Intrinsic.NAME,
                                    Intrinsic.KIND,
                                    Intrinsic.STATUS,
                                    Intrinsic.STATUS_MESSAGE,
                                    Intrinsic.DURATION)
                            .contains(intrinsic);
                    if (bare && intrinsic.text().equals("span:" + key)) {
                        yield intrinsic(intrinsic, span, spot);
                    }
                }
                List<List<Map<String, List<@Nullable Object>>>> levels = List.of(
                        List.of(span.attributes()),
                        List.of(span.resource()),
                        span.events().stream().map(PlainEvent::attributes).toList(),
                        span.links().stream().map(PlainLink::attributes).toList(),
                        List.of(span.scope()));
                for (List<Map<String, List<@Nullable Object>>> level : levels) {
                    Object value = collect(level, key);
                    if (value != null) {
                        yield value;
                    }
                }
                yield null;
            }
        };
    }

    /** One value as it is; several, or an array, as a list of all; none as null. */
    private static @Nullable Object collect(List<Map<String, List<@Nullable Object>>> maps, String key) {
        List<Object> all = new ArrayList<>();
        boolean several = false;
        int found = 0;
        for (Map<String, List<@Nullable Object>> map : maps) {
            for (Object value : map.getOrDefault(key, List.of())) {
                if (value instanceof Collection<?> array) {
                    several = true;
                    for (Object element : array) {
                        if (element != null) {
                            all.add(element);
                        }
                    }
                } else if (value != null) {
                    found++;
                    all.add(value);
                }
            }
        }
        if (several || found > 1) {
            return all;
        }
        return found == 0 ? null : all.get(0);
    }

    private static boolean anyText(Expression.AnyTextEquals any, PlainSpan span) {
        List<Map<String, List<@Nullable Object>>> all = new ArrayList<>();
        all.add(span.attributes());
        all.add(span.resource());
        all.add(span.scope());
        span.events().forEach(event -> all.add(event.attributes()));
        span.links().forEach(link -> all.add(link.attributes()));
        for (Map<String, List<@Nullable Object>> map : all) {
            for (Object value : map.getOrDefault(any.key(), List.of())) {
                boolean reads = value instanceof Double number
                        ? any.text().matches("[-+0-9.eE]+") && sameNumber(number, parsed(any.text()))
                        : value != null
                                && !(value instanceof List<?>)
                                && !value.equals(PlainTrace.OPAQUE)
                                && value.toString().equals(any.text());
                if (reads) {
                    return true;
                }
            }
        }
        return false;
    }

    /** 0 and -0 are one number. */
    private static boolean sameNumber(double number, @Nullable Double other) {
        return other != null && number == other;
    }

    private static @Nullable Double parsed(String text) {
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException none) {
            return null;
        }
    }

    /** The events and links to try: each of them when the operands name any, else none. */
    private static List<Spot> spots(PlainSpan span, Expression left, Expression right) {
        List<@Nullable PlainEvent> events = new ArrayList<>();
        List<@Nullable PlainLink> links = new ArrayList<>();
        if (names(left, "event") || names(right, "event")) {
            events.addAll(span.events());
        } else {
            events.add(null);
        }
        if (names(left, "link") || names(right, "link")) {
            links.addAll(span.links());
        } else {
            links.add(null);
        }
        List<Spot> spots = new ArrayList<>();
        for (PlainEvent event : events) {
            for (PlainLink link : links) {
                spots.add(new Spot(event, link));
            }
        }
        return spots;
    }

    private static boolean names(Expression e, String scope) {
        return switch (e) {
            case Expression.Field field ->
                switch (field.reference()) {
                    case Intrinsic intrinsic -> intrinsic.text().startsWith(scope + ":");
                    case Attribute attribute -> attribute.scope().prefix().equals(scope + ".");
                };
            case Expression.Negate negate -> names(negate.operand(), scope);
            case Expression.Arithmetic a -> names(a.left(), scope) || names(a.right(), scope);
            default -> false;
        };
    }

    private static boolean isId(Expression e) {
        return e instanceof Expression.Field field
                && field.reference() instanceof Intrinsic intrinsic
                && List.of("span:id", "span:parentID", "trace:id", "link:traceID", "link:spanID")
                        .contains(intrinsic.text());
    }

    private static boolean sameId(String a, String b) {
        boolean hex = a.matches("[0-9a-fA-F]*") && b.matches("[0-9a-fA-F]*");
        return hex && a.replaceFirst("^0+", "").equalsIgnoreCase(b.replaceFirst("^0+", ""));
    }

    private static List<@Nullable Object> list(@Nullable Object value) {
        List<@Nullable Object> list = new ArrayList<>();
        if (value instanceof List<?> several) {
            list.addAll(several);
        } else {
            list.add(value);
        }
        return list;
    }

    private static boolean isNil(Expression e) {
        return e instanceof Expression.Constant c && c.value() instanceof Value.Nil;
    }

    private static boolean isNumber(@Nullable Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Nanos;
    }

    private static long whole(@Nullable Object number) {
        return number instanceof Nanos nanos ? nanos.nanos() : number instanceof Long value ? value : 0;
    }

    private static double real(@Nullable Object number) {
        return number instanceof Double value ? value : whole(number);
    }
}

package io.clew.traceql.kit;

import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.traceql.ast.ArithmeticOperator;
import io.clew.traceql.ast.Attribute;
import io.clew.traceql.ast.ComparisonOperator;
import io.clew.traceql.ast.Expression;
import io.clew.traceql.ast.Intrinsic;
import io.clew.traceql.ast.Reference;
import io.clew.traceql.ast.Scope;
import io.clew.traceql.ast.Spansets;
import io.clew.traceql.ast.Value;
import io.clew.traceql.kit.PlainTrace.PlainSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Random queries drawn from data: each condition is about a value that some span has, mostly true of it, so that many
 * queries match something. Every query passes the type check; those without {@code anyText} have a text form.
 */
public final class RandomQueries {
    private final Random random;
    private final List<PlainTrace> traces;
    private final boolean withAnyText;

    /** @param withAnyText whether conditions without text form may occur */
    public RandomQueries(Random random, List<PlainTrace> traces, boolean withAnyText) {
        this.random = random;
        this.traces = traces;
        this.withAnyText = withAnyText;
    }

    public Spansets next() {
        return spansets(2);
    }

    private Spansets spansets(int depth) {
        if (depth > 0 && random.nextInt(4) == 0) {
            List<Spansets> parts = new ArrayList<>();
            for (int i = 2 + random.nextInt(2); i > 0; i--) {
                parts.add(spansets(depth - 1));
            }
            return random.nextBoolean()
                    ? new Spansets.Both(parts, Expression.NOWHERE)
                    : new Spansets.Either(parts, Expression.NOWHERE);
        }
        PlainTrace trace = pick(traces);
        return new Spansets.Filter(condition(trace, pick(trace.spans()), 2), Expression.NOWHERE);
    }

    private Expression condition(PlainTrace trace, PlainSpan span, int depth) {
        int draw = random.nextInt(10);
        if (depth == 0 || draw < 4) {
            return atom(trace, span);
        }
        if (draw < 6) {
            return new Expression.Not(condition(trace, span, depth - 1), Expression.NOWHERE);
        }
        List<Expression> operands = new ArrayList<>();
        for (int i = 2 + random.nextInt(2); i > 0; i--) {
            operands.add(condition(trace, random.nextInt(5) == 0 ? anySpan() : span, depth - 1));
        }
        return draw < 8
                ? new Expression.And(operands, Expression.NOWHERE)
                : new Expression.Or(operands, Expression.NOWHERE);
    }

    private PlainSpan anySpan() {
        return pick(pick(traces).spans());
    }

    private Expression atom(PlainTrace trace, PlainSpan span) {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> intrinsic(trace, span);
            case 3 -> {
                Reference reference = attribute(span).reference();
                // The language refuses to ask whether a service name is nil.
                boolean serviceName = reference.equals(new Attribute(Scope.RESOURCE, "service.name"));
                yield compare(
                        serviceName || random.nextBoolean() ? ComparisonOperator.NOT_EQUAL : ComparisonOperator.EQUAL,
                        field(reference),
                        constant(new Value.Nil()));
            }
            case 4 -> {
                // Attributes against each other, or a lone attribute.
                Expression left = field(attribute(span).reference());
                yield random.nextInt(4) == 0
                        ? left
                        : compare(anyOrder(), left, field(attribute(span).reference()));
            }
            case 5 -> arithmetic(span);
            case 6 -> {
                // A condition as a value.
                Expression inner = compareWith(attribute(span));
                yield compare(
                        random.nextBoolean() ? ComparisonOperator.EQUAL : ComparisonOperator.NOT_EQUAL,
                        random.nextBoolean() ? inner : new Expression.Not(inner, Expression.NOWHERE),
                        random.nextBoolean()
                                ? constant(new Value.Bool(random.nextBoolean()))
                                : field(attribute(span).reference()));
            }
            case 7 -> {
                Found found = attribute(span);
                Object value = found.value();
                // The naive engine leaves arrays and maps out, AnyTextTest has them.
                yield withAnyText
                                && value != null
                                && !(value instanceof List<?>)
                                && !value.equals(PlainTrace.OPAQUE)
                                && found.reference() instanceof Attribute attribute
                        ? new Expression.AnyTextEquals(attribute.name(), value.toString(), Expression.NOWHERE)
                        : compareWith(found);
            }
            default -> compareWith(attribute(span));
        };
    }

    /** A name and a value that it has in the witness, if any. */
    private record Found(Reference reference, @Nullable Object value) {}

    private Found attribute(PlainSpan span) {
        List<Found> all = new ArrayList<>();
        add(all, Scope.SPAN, span.attributes());
        add(all, Scope.RESOURCE, span.resource());
        add(all, Scope.INSTRUMENTATION, span.scope());
        span.events().forEach(event -> add(all, Scope.EVENT, event.attributes()));
        span.links().forEach(link -> add(all, Scope.LINK, link.attributes()));
        if (all.isEmpty() || random.nextInt(12) == 0) {
            return new Found(new Attribute(pick(List.of(Scope.values())), "missing"), "x");
        }
        Found found = pick(all);
        return random.nextInt(3) == 0 && found.reference() instanceof Attribute attribute
                ? new Found(new Attribute(Scope.UNSCOPED, attribute.name()), found.value())
                : found;
    }

    private static void add(List<Found> all, Scope scope, Map<String, List<@Nullable Object>> attributes) {
        attributes.forEach((key, values) -> {
            if (!key.isEmpty()) {
                values.forEach(value -> all.add(new Found(new Attribute(scope, key), value)));
            }
        });
    }

    private Expression compareWith(Found found) {
        Object value = found.value();
        if (value instanceof List<?> list && !list.isEmpty()) {
            value = list.get(random.nextInt(list.size()));
        }
        Expression field = field(found.reference());
        if (value instanceof String text && random.nextInt(3) == 0) {
            return regex(field, text);
        }
        Value constant = switch (value) {
            case String text -> new Value.Text(random.nextInt(6) == 0 ? text + "a" : text);
            case Long number -> number(number + (random.nextInt(4) == 0 ? random.nextInt(3) - 1 : 0));
            case Double number when Double.isFinite(number) -> new Value.Real(number);
            case Boolean bool -> new Value.Bool(random.nextInt(4) == 0 ? !bool : bool);
            case null, default -> new Value.Text("x");
        };
        if (random.nextInt(12) == 0) {
            constant = new Value.Int(200);
        }
        if (random.nextInt(20) == 0) {
            constant = new Value.Status(StatusCode.ERROR);
        }
        boolean order = !(constant instanceof Value.Bool) && !(constant instanceof Value.Status);
        ComparisonOperator operator = operator(order);
        return random.nextInt(5) == 0
                ? compare(operator.flipped(), constant(constant), field)
                : compare(operator, field, constant(constant));
    }

    private Value number(long number) {
        return switch (random.nextInt(5)) {
            case 0 -> new Value.Duration(Math.max(number, -Long.MAX_VALUE));
            case 1 -> new Value.Real(number);
            default -> new Value.Int(number);
        };
    }

    private Expression regex(Expression field, String text) {
        int cut =
                text.isEmpty() ? 0 : text.offsetByCodePoints(0, random.nextInt(text.codePointCount(0, text.length())));
        String start = escaped(text.substring(0, cut));
        String end = escaped(text.substring(cut));
        String regex = switch (random.nextInt(6)) {
            case 0 -> start + ".*";
            case 1 -> ".*" + end;
            case 2 -> start + "(" + end + "|nothing)";
            case 3 -> start + "x*y?" + (end.isEmpty() ? "" : "(?:" + end + ")+");
            case 4 -> start;
            default -> "[^!]{0,400}" + end;
        };
        return compare(
                random.nextInt(3) == 0 ? ComparisonOperator.NOT_MATCH : ComparisonOperator.MATCH,
                field,
                constant(new Value.Text(regex)));
    }

    private static String escaped(String text) {
        return text.replaceAll("([^\\p{L}0-9 ])", "\\\\$1");
    }

    private Expression intrinsic(PlainTrace trace, PlainSpan span) {
        Intrinsic intrinsic = pick(List.of(Intrinsic.values()));
        boolean equality = intrinsic == Intrinsic.KIND || intrinsic == Intrinsic.STATUS;
        Value constant = switch (intrinsic) {
            case NAME -> new Value.Text(span.name());
            case KIND -> new Value.Kind(random.nextInt(4) == 0 ? pick(List.of(SpanKind.values())) : span.kind());
            case STATUS ->
                new Value.Status(random.nextInt(4) == 0 ? pick(List.of(StatusCode.values())) : span.status());
            case STATUS_MESSAGE -> new Value.Text(span.statusMessage());
            case DURATION -> number(span.duration());
            case SPAN_ID -> id(span.id());
            case PARENT_ID -> id(span.parentId());
            case CHILD_COUNT -> number(span.childCount());
            case TRACE_ID -> id(trace.id());
            case TRACE_DURATION -> number(trace.duration());
            case ROOT_NAME -> new Value.Text(trace.rootName());
            case ROOT_SERVICE -> new Value.Text(trace.rootService());
            case EVENT_NAME ->
                new Value.Text(
                        span.events().isEmpty() ? "e" : pick(span.events()).name());
            case EVENT_TIME_SINCE_START -> {
                Long since =
                        span.events().isEmpty() ? null : pick(span.events()).sinceStart();
                yield number(since == null ? 1 : since);
            }
            case LINK_TRACE_ID ->
                id(span.links().isEmpty() ? "1" : pick(span.links()).traceId());
            case LINK_SPAN_ID ->
                id(span.links().isEmpty() ? "1" : pick(span.links()).spanId());
            case SCOPE_NAME -> new Value.Text(span.scopeName());
            case SCOPE_VERSION -> new Value.Text(span.scopeVersion());
        };
        Reference reference = intrinsic;
        if (random.nextInt(3) == 0
                && List.of("name", "kind", "status", "duration")
                        .contains(intrinsic.text().substring(intrinsic.text().indexOf(':') + 1))
                && intrinsic.text().startsWith("span:")) {
            reference = new Attribute(Scope.UNSCOPED, intrinsic.text().substring(5));
        }
        if (reference instanceof Attribute && random.nextInt(3) == 0) {
            // Types are not checked of unscoped names, not even of those that mean an intrinsic.
            constant = pick(List.of(new Value.Int(1), new Value.Text("x"), new Value.Status(StatusCode.OK)));
            equality = true;
        }
        if (constant instanceof Value.Text text && random.nextInt(4) == 0) {
            return regex(field(reference), text.value());
        }
        ComparisonOperator operator = operator(!equality);
        return random.nextInt(6) == 0
                ? compare(operator.flipped(), constant(constant), field(reference))
                : compare(operator, field(reference), constant(constant));
    }

    private Value id(String hex) {
        return new Value.Text(
                switch (random.nextInt(5)) {
                    case 0 -> hex.toUpperCase(java.util.Locale.ROOT);
                    case 1 -> hex.replaceFirst("^0+", "");
                    case 2 -> "00" + hex;
                    default -> random.nextInt(8) == 0 ? "not an id" : hex;
                });
    }

    private Expression arithmetic(PlainSpan span) {
        Expression left = random.nextInt(3) == 0
                ? field(Intrinsic.DURATION)
                : field(attribute(span).reference());
        Expression right =
                random.nextInt(3) == 0 ? field(attribute(span).reference()) : constant(number(1 + random.nextInt(4)));
        Expression sum =
                new Expression.Arithmetic(pick(List.of(ArithmeticOperator.values())), left, right, Expression.NOWHERE);
        if (random.nextInt(4) == 0) {
            sum = new Expression.Negate(sum, Expression.NOWHERE);
        }
        Expression other = random.nextInt(5) == 0
                ? constant(new Value.Nil())
                : random.nextInt(3) == 0 ? field(Intrinsic.DURATION) : constant(number(random.nextInt(500)));
        boolean nil = other instanceof Expression.Constant c && c.value() instanceof Value.Nil;
        return compare(nil ? operator(false) : anyOrder(), sum, other);
    }

    private ComparisonOperator operator(boolean ordered) {
        return switch (random.nextInt(ordered ? 8 : 4)) {
            case 0, 1, 2 -> ComparisonOperator.EQUAL;
            case 3 -> ComparisonOperator.NOT_EQUAL;
            case 4 -> ComparisonOperator.LESS;
            case 5 -> ComparisonOperator.LESS_EQUAL;
            case 6 -> ComparisonOperator.GREATER;
            default -> ComparisonOperator.GREATER_EQUAL;
        };
    }

    private ComparisonOperator anyOrder() {
        return operator(true);
    }

    private static Expression field(Reference reference) {
        return new Expression.Field(reference, Expression.NOWHERE);
    }

    private static Expression constant(Value value) {
        return new Expression.Constant(value, Expression.NOWHERE);
    }

    private static Expression compare(ComparisonOperator operator, Expression left, Expression right) {
        return new Expression.Comparison(operator, left, right, Expression.NOWHERE);
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}

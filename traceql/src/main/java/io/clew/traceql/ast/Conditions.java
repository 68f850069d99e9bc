package io.clew.traceql.ast;

import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds queries from code, for doors whose parameters are not TraceQL. Example: spans of operation {@code GET /} of
 * service {@code shop} that took a second or more:
 *
 * <pre>{@code
 * Conditions.filter(List.of(
 *         Conditions.service("shop"), Conditions.name("GET /"), Conditions.minDuration(1_000_000_000L)))
 * }</pre>
 */
public final class Conditions {
    private static final String RESOURCE = "resource.";

    private Conditions() {}

    /** All conditions on one span; every span when there are none. */
    public static Spansets filter(List<Expression> all) {
        return all.isEmpty()
                ? Spansets.everything()
                : new Spansets.Filter(new Expression.And(List.copyOf(all), Expression.NOWHERE), Expression.NOWHERE);
    }

    public static Expression service(String name) {
        return compare(new Attribute(Scope.RESOURCE, "service.name"), ComparisonOperator.EQUAL, new Value.Text(name));
    }

    public static Expression name(String name) {
        return compare(Intrinsic.NAME, ComparisonOperator.EQUAL, new Value.Text(name));
    }

    /** Spans that took at least these nanoseconds. */
    public static Expression minDuration(long nanos) {
        return compare(Intrinsic.DURATION, ComparisonOperator.GREATER_EQUAL, new Value.Duration(nanos));
    }

    /** Spans that took at most these nanoseconds. */
    public static Expression maxDuration(long nanos) {
        return compare(Intrinsic.DURATION, ComparisonOperator.LESS_EQUAL, new Value.Duration(nanos));
    }

    /**
     * A tag as Jaeger means it: {@link Expression.AnyTextEquals}, or the field that Jaeger shows as a tag of this name
     * ({@code otel.status_code}, {@code otel.status_description}, {@code otel.scope.name}, {@code otel.scope.version},
     * {@code event} of a log) or searches by it ({@code span.kind}, {@code span.status}, {@code scope.name},
     * {@code scope.version}). {@code error=false} is every span without an error, and {@code resource.KEY} an attribute of
     * the resource.
     */
    public static Expression tag(String key, String text) {
        if (key.equals("error") && text.equals("false")) {
            return new Expression.And(
                    List.of(
                            compare(Intrinsic.STATUS, ComparisonOperator.NOT_EQUAL, new Value.Status(StatusCode.ERROR)),
                            new Expression.Not(anyText(key, "true"), Expression.NOWHERE)),
                    Expression.NOWHERE);
        }
        List<Expression> ways = new ArrayList<>(List.of(anyText(key, text)));
        Expression field = field(key, text);
        if (field != null) {
            ways.add(field);
        }
        if (key.startsWith(RESOURCE)) {
            Attribute attribute = new Attribute(Scope.RESOURCE, key.substring(RESOURCE.length()));
            AnyTextValues.of(text).forEach(value -> ways.add(compare(attribute, ComparisonOperator.EQUAL, value)));
        }
        return ways.size() == 1 ? ways.getFirst() : new Expression.Or(ways, Expression.NOWHERE);
    }

    /** The condition on the span's own field that a tag of this name and text stands for; null when it is none. */
    private static @Nullable Expression field(String key, String text) {
        return switch (key) {
            case "error" -> text.equals("true") ? status(StatusCode.ERROR) : null;
            case "otel.status_code" ->
                text.equals("ERROR") ? status(StatusCode.ERROR) : text.equals("OK") ? status(StatusCode.OK) : null;
            case "span.status" -> statusNamed(text);
            case "otel.status_description" -> text.isEmpty() ? null : equal(Intrinsic.STATUS_MESSAGE, text);
            case "otel.scope.name", "scope.name" -> text.isEmpty() ? null : equal(Intrinsic.SCOPE_NAME, text);
            case "otel.scope.version", "scope.version" -> text.isEmpty() ? null : equal(Intrinsic.SCOPE_VERSION, text);
            case "event" -> text.isEmpty() ? null : equal(Intrinsic.EVENT_NAME, text);
            case "span.kind" -> kind(text);
            default -> null;
        };
    }

    private static Expression anyText(String key, String text) {
        return new Expression.AnyTextEquals(key, text, Expression.NOWHERE);
    }

    /** A value compared with a constant. */
    public static Expression compare(Reference reference, ComparisonOperator operator, Value value) {
        return new Expression.Comparison(
                operator,
                new Expression.Field(reference, Expression.NOWHERE),
                new Expression.Constant(value, Expression.NOWHERE),
                Expression.NOWHERE);
    }

    private static Expression equal(Intrinsic intrinsic, String text) {
        return compare(intrinsic, ComparisonOperator.EQUAL, new Value.Text(text));
    }

    private static Expression status(StatusCode code) {
        return compare(Intrinsic.STATUS, ComparisonOperator.EQUAL, new Value.Status(code));
    }

    private static @Nullable Expression statusNamed(String word) {
        for (StatusCode code : StatusCode.values()) {
            if (code.name().equalsIgnoreCase(word)) {
                return status(code);
            }
        }
        return null;
    }

    private static @Nullable Expression kind(String word) {
        for (SpanKind kind : SpanKind.values()) {
            if (kind != SpanKind.UNSPECIFIED && kind.word().equals(word)) {
                return compare(Intrinsic.KIND, ComparisonOperator.EQUAL, new Value.Kind(kind));
            }
        }
        return null;
    }
}

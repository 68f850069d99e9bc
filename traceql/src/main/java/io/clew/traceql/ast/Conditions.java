package io.clew.traceql.ast;

import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
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
     * A tag as Jaeger means it: {@link Expression.AnyTextEquals}, or the span field that Jaeger shows as a tag of this
     * name ({@code error}, {@code span.kind}, {@code otel.status_code}, {@code otel.status_description},
     * {@code otel.scope.name}, {@code otel.scope.version}, and {@code event} of a log).
     */
    public static Expression tag(String key, String text) {
        Expression attribute = new Expression.AnyTextEquals(key, text, Expression.NOWHERE);
        @Nullable
        Expression field = switch (key) {
            case "error" -> text.equals("true") ? status(StatusCode.ERROR) : null;
            case "otel.status_code" ->
                text.equals("ERROR") ? status(StatusCode.ERROR) : text.equals("OK") ? status(StatusCode.OK) : null;
            case "otel.status_description" -> text.isEmpty() ? null : equal(Intrinsic.STATUS_MESSAGE, text);
            case "otel.scope.name" -> text.isEmpty() ? null : equal(Intrinsic.SCOPE_NAME, text);
            case "otel.scope.version" -> text.isEmpty() ? null : equal(Intrinsic.SCOPE_VERSION, text);
            case "event" -> text.isEmpty() ? null : equal(Intrinsic.EVENT_NAME, text);
            case "span.kind" -> kind(text);
            default -> null;
        };
        return field == null ? attribute : new Expression.Or(List.of(attribute, field), Expression.NOWHERE);
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

    private static @Nullable Expression kind(String word) {
        for (SpanKind kind : SpanKind.values()) {
            if (kind != SpanKind.UNSPECIFIED && kind.word().equals(word)) {
                return compare(Intrinsic.KIND, ComparisonOperator.EQUAL, new Value.Kind(kind));
            }
        }
        return null;
    }
}

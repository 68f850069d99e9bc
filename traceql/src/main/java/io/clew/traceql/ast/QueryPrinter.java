package io.clew.traceql.ast;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Writes a syntax tree as TraceQL that parses to the same tree (NaN, infinities and the longest negative duration aside), with brackets round every operand that is an operation.
 * Nodes without text form appear as {@code anyText("key", "text")}, which does not parse.
 */
public final class QueryPrinter {
    private QueryPrinter() {}

    public static String print(Spansets spansets) {
        return switch (spansets) {
            case Spansets.Filter filter -> "{ " + print(filter.condition()) + " }";
            case Spansets.Both both -> join(both.parts(), " && ");
            case Spansets.Either either -> join(either.parts(), " || ");
        };
    }

    public static String print(Expression expression) {
        return switch (expression) {
            case Expression.Constant constant -> print(constant.value());
            case Expression.Field field -> print(field.reference());
            case Expression.Not not -> "!" + operand(not.operand());
            case Expression.Negate negate -> "-" + operand(negate.operand());
            case Expression.And and ->
                and.operands().stream().map(QueryPrinter::operand).collect(Collectors.joining(" && "));
            case Expression.Or or ->
                or.operands().stream().map(QueryPrinter::operand).collect(Collectors.joining(" || "));
            case Expression.Comparison c ->
                operand(c.left()) + " " + c.operator().text() + " " + operand(c.right());
            case Expression.Arithmetic a ->
                operand(a.left()) + " " + a.operator().text() + " " + operand(a.right());
            case Expression.AnyTextEquals any -> "anyText(" + quote(any.key()) + ", " + quote(any.text()) + ")";
        };
    }

    public static String print(Reference reference) {
        return switch (reference) {
            case Intrinsic intrinsic -> intrinsic.text();
            case Attribute attribute -> attribute.scope().prefix() + attributeName(attribute.name());
        };
    }

    public static String print(Value value) {
        return switch (value) {
            case Value.Nil _ -> "nil";
            case Value.Text text -> quote(text.value());
            case Value.Int number -> number.value() == Long.MIN_VALUE ? "minInt" : Long.toString(number.value());
            case Value.Real number -> Double.toString(number.value());
            case Value.Bool bool -> Boolean.toString(bool.value());
            case Value.Duration duration -> duration.nanos() + "ns";
            case Value.Status status -> status.value().word();
            case Value.Kind kind -> kind.value().word();
        };
    }

    /** A text constant in double quotes. */
    public static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7F) {
                        out.append(String.format(Locale.ROOT, "\\u%04x", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
        return out.append('"').toString();
    }

    private static String operand(Expression expression) {
        String text = print(expression);
        boolean bare = expression instanceof Expression.Field
                || expression instanceof Expression.Constant && !text.startsWith("-");
        return bare ? text : "(" + text + ")";
    }

    private static String join(List<Spansets> parts, String operator) {
        return parts.stream()
                .map(part -> part instanceof Spansets.Filter ? print(part) : "(" + print(part) + ")")
                .collect(Collectors.joining(operator));
    }

    private static String attributeName(String name) {
        boolean plain =
                !name.isEmpty() && name.chars().allMatch(AttributeNames::isPlain) && !Character.isDigit(name.charAt(0));
        return plain ? name : '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}

package io.clew.traceql.eval;

import io.clew.model.AttributeValue;
import io.clew.traceql.ast.QueryPrinter;
import java.util.Base64;
import java.util.stream.Collectors;

/** Arrays and maps as JSON without spaces, the way Jaeger shows them as tags; bytes in them as base64. */
final class NestedJson {
    private NestedJson() {}

    static String of(AttributeValue value) {
        return switch (value) {
            case AttributeValue.Empty _ -> "null";
            case AttributeValue.Text text -> QueryPrinter.quote(text.value());
            case AttributeValue.Bool bool -> Boolean.toString(bool.value());
            case AttributeValue.Int number -> Long.toString(number.value());
            case AttributeValue.Real number -> real(number.value());
            case AttributeValue.Bytes bytes -> '"' + Base64.getEncoder().encodeToString(bytes.value()) + '"';
            case AttributeValue.Array array ->
                array.elements().stream().map(NestedJson::of).collect(Collectors.joining(",", "[", "]"));
            case AttributeValue.KeyValues map ->
                map.entries().stream()
                        .map(entry -> QueryPrinter.quote(entry.key()) + ":" + of(entry.value()))
                        .collect(Collectors.joining(",", "{", "}"));
        };
    }

    /** Whole numbers without a decimal point, as JavaScript and Go write them. */
    private static String real(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}

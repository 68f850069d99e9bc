package io.clew.traceql.eval;

import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.SpanBatch;
import io.clew.model.ValueType;
import io.clew.traceql.ast.AnyTextValues;
import io.clew.traceql.ast.Value;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** {@link io.clew.traceql.ast.Expression.AnyTextEquals}. */
final class AnyTextCondition implements Condition {
    private final byte[] keyBytes;
    private final byte[] textBytes;
    private final String text;
    private @Nullable Long number;
    private @Nullable Double real;
    private @Nullable Boolean bool;
    private TraceBinding binding = Unbound.BINDING;
    private int key;
    private int textId;

    AnyTextCondition(String key, String text) {
        this.keyBytes = key.getBytes(StandardCharsets.UTF_8);
        this.textBytes = text.getBytes(StandardCharsets.UTF_8);
        this.text = text;
        for (Value value : AnyTextValues.of(text)) {
            switch (value) {
                case Value.Int v -> number = v.value();
                case Value.Real v -> real = v.value();
                case Value.Bool v -> bool = v.value();
                default -> {}
            }
        }
    }

    @Override
    public void bind(TraceBinding to) {
        binding = to;
        key = to.dictionary.find(keyBytes);
        textId = to.dictionary.find(textBytes);
    }

    @Override
    public boolean test(int span) {
        if (key < 0) {
            return false;
        }
        SpanBatch spans = binding.spans;
        if (has(spans.spanAttributes(), span)
                || has(spans.scopeAttributes(), spans.scope(span))
                || has(spans.resourceAttributes(), spans.resource(span))) {
            return true;
        }
        for (int event = spans.eventsFrom(span), to = spans.eventsTo(span); event < to; event++) {
            if (has(spans.eventAttributes(), event)) {
                return true;
            }
        }
        for (int link = spans.linksFrom(span), to = spans.linksTo(span); link < to; link++) {
            if (has(spans.linkAttributes(), link)) {
                return true;
            }
        }
        return false;
    }

    private boolean has(AttributeTable table, int owner) {
        for (int entry = table.from(owner), end = table.to(owner); entry < end; entry++) {
            if (table.key(entry) == key && reads(table, entry)) {
                return true;
            }
        }
        return false;
    }

    private boolean reads(AttributeTable table, int entry) {
        long value = table.value(entry);
        return switch (table.type(entry)) {
            case ValueType.STRING -> value == textId;
            case ValueType.BOOL -> bool != null && bool == (value != 0);
            case ValueType.INT -> number != null && number == value;
            case ValueType.DOUBLE -> real != null && real == Double.longBitsToDouble(value);
            case ValueType.ARRAY, ValueType.KVLIST ->
                text.equals(NestedJson.of(AttributeValue.of(table, entry, binding.dictionary)));
            default -> false;
        };
    }
}

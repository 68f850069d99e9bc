package io.clew.store.kit;

import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.SpanBatch;
import io.clew.store.SpanCondition;
import io.clew.store.SpanCondition.Operator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@link SpanCondition} by its definition, over objects; shares nothing with the stores' evaluators. Stateless. */
public final class NaiveCondition {
    private NaiveCondition() {}

    /** Whether the span certainly satisfies the condition; nested values satisfy nothing here. */
    public static boolean holds(SpanCondition condition, SpanBatch batch, int row) {
        return switch (condition) {
            case SpanCondition.Any _ -> true;
            case SpanCondition.And and -> and.parts().stream().allMatch(part -> holds(part, batch, row));
            case SpanCondition.Or or -> or.parts().stream().anyMatch(part -> holds(part, batch, row));
            case SpanCondition.Test test ->
                values(test.field(), batch, row).stream()
                        .anyMatch(value -> holds(value, test.operator(), test.operand()));
        };
    }

    private static List<AttributeValue> values(SpanCondition.Field field, SpanBatch batch, int row) {
        List<AttributeValue> values = new ArrayList<>();
        switch (field) {
            case SpanCondition.Attribute(SpanCondition.Scope scope, String key) -> {
                switch (scope) {
                    case SPAN -> collect(values, batch.spanAttributes(), row, key, batch);
                    case RESOURCE -> collect(values, batch.resourceAttributes(), batch.resource(row), key, batch);
                    case INSTRUMENTATION -> collect(values, batch.scopeAttributes(), batch.scope(row), key, batch);
                    case EVENT -> {
                        for (int event = batch.eventsFrom(row); event < batch.eventsTo(row); event++) {
                            collect(values, batch.eventAttributes(), event, key, batch);
                        }
                    }
                    case LINK -> {
                        for (int link = batch.linksFrom(row); link < batch.linksTo(row); link++) {
                            collect(values, batch.linkAttributes(), link, key, batch);
                        }
                    }
                }
            }
            case SpanCondition.Intrinsic intrinsic -> {
                switch (intrinsic) {
                    case NAME -> values.add(text(batch, batch.name(row)));
                    case KIND -> values.add(new AttributeValue.Int(batch.kind(row)));
                    case STATUS -> values.add(new AttributeValue.Int(batch.statusCode(row)));
                    case STATUS_MESSAGE -> values.add(text(batch, batch.statusMessage(row)));
                    case DURATION -> values.add(new AttributeValue.Int(batch.duration(row)));
                    case SPAN_ID -> values.add(new AttributeValue.Int(batch.spanId(row)));
                    case PARENT_ID -> values.add(new AttributeValue.Int(batch.parentSpanId(row)));
                    case SCOPE_NAME -> values.add(text(batch, batch.scopeName(batch.scope(row))));
                    case SCOPE_VERSION -> values.add(text(batch, batch.scopeVersion(batch.scope(row))));
                    case EVENT_NAME -> {
                        for (int event = batch.eventsFrom(row); event < batch.eventsTo(row); event++) {
                            values.add(text(batch, batch.eventName(event)));
                        }
                    }
                }
            }
        }
        return values;
    }

    private static AttributeValue text(SpanBatch batch, int id) {
        return new AttributeValue.Text(batch.dictionary().text(id));
    }

    private static void collect(
            List<AttributeValue> into, AttributeTable table, int owner, String key, SpanBatch batch) {
        for (int entry = table.from(owner); entry < table.to(owner); entry++) {
            if (batch.dictionary().text(table.key(entry)).equals(key)) {
                into.add(AttributeValue.of(table, entry, batch.dictionary()));
            }
        }
    }

    private static boolean holds(AttributeValue value, Operator operator, SpanCondition.Operand operand) {
        if (operator == Operator.EXISTS) {
            return true;
        }
        return switch (operand) {
            case SpanCondition.Text(String other) ->
                value instanceof AttributeValue.Text(String text) && holds(operator, compareBytes(text, other));
            case SpanCondition.Int(long other) ->
                value instanceof AttributeValue.Int(long number) && holds(operator, Long.compare(number, other))
                        || value instanceof AttributeValue.Real(double real) && holds(operator, real, (double) other);
            case SpanCondition.Real(double other) ->
                value instanceof AttributeValue.Int(long number) && holds(operator, (double) number, other)
                        || value instanceof AttributeValue.Real(double real) && holds(operator, real, other);
            case SpanCondition.Bool(boolean other) ->
                value instanceof AttributeValue.Bool(boolean bool) && holds(operator, Boolean.compare(bool, other));
            case SpanCondition.Pattern pattern -> {
                if (!(value instanceof AttributeValue.Text(String text))) {
                    yield false;
                }
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                yield pattern.matches(utf8, 0, utf8.length) == (operator == Operator.MATCH);
            }
            case SpanCondition.Nothing _ -> false;
        };
    }

    private static int compareBytes(String a, String b) {
        return java.util.Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean holds(Operator operator, int order) {
        return switch (operator) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_EQUAL -> order >= 0;
            default -> false;
        };
    }

    private static boolean holds(Operator operator, double a, double b) {
        return switch (operator) {
            case EQUAL -> a == b;
            case NOT_EQUAL -> a != b;
            case LESS -> a < b;
            case LESS_EQUAL -> a <= b;
            case GREATER -> a > b;
            case GREATER_EQUAL -> a >= b;
            default -> false;
        };
    }
}

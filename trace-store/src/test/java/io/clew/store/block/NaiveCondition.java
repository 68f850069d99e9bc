package io.clew.store.block;

import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.store.SpanCondition;
import io.clew.store.SpanCondition.And;
import io.clew.store.SpanCondition.Any;
import io.clew.store.SpanCondition.Attribute;
import io.clew.store.SpanCondition.Bool;
import io.clew.store.SpanCondition.Int;
import io.clew.store.SpanCondition.Intrinsic;
import io.clew.store.SpanCondition.Operator;
import io.clew.store.SpanCondition.Or;
import io.clew.store.SpanCondition.Pattern;
import io.clew.store.SpanCondition.Real;
import io.clew.store.SpanCondition.Test;
import io.clew.store.SpanCondition.Text;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Conditions evaluated span by span from their definition, with objects. */
final class NaiveCondition {
    private NaiveCondition() {}

    static boolean holds(SpanCondition condition, SpanBatch batch, int row) {
        return switch (condition) {
            case Any any -> true;
            case And and -> and.parts().stream().allMatch(part -> holds(part, batch, row));
            case Or or -> or.parts().stream().anyMatch(part -> holds(part, batch, row));
            case Test test -> values(test, batch, row).stream().anyMatch(value -> holds(test, value));
        };
    }

    private static List<AttributeValue> values(Test test, SpanBatch batch, int row) {
        List<AttributeValue> values = new ArrayList<>();
        switch (test.field()) {
            case Attribute(SpanCondition.Scope scope, String key) -> {
                switch (scope) {
                    case SPAN -> collect(batch, batch.spanAttributes(), row, key, values);
                    case RESOURCE -> collect(batch, batch.resourceAttributes(), batch.resource(row), key, values);
                    case INSTRUMENTATION -> collect(batch, batch.scopeAttributes(), batch.scope(row), key, values);
                    case EVENT -> {
                        for (int i = batch.eventsFrom(row); i < batch.eventsTo(row); i++) {
                            collect(batch, batch.eventAttributes(), i, key, values);
                        }
                    }
                    case LINK -> {
                        for (int i = batch.linksFrom(row); i < batch.linksTo(row); i++) {
                            collect(batch, batch.linkAttributes(), i, key, values);
                        }
                    }
                }
            }
            case Intrinsic intrinsic -> {
                switch (intrinsic) {
                    case NAME -> values.add(text(batch, batch.name(row)));
                    case STATUS_MESSAGE -> values.add(text(batch, batch.statusMessage(row)));
                    case SCOPE_NAME -> values.add(text(batch, batch.scopeName(batch.scope(row))));
                    case SCOPE_VERSION -> values.add(text(batch, batch.scopeVersion(batch.scope(row))));
                    case DURATION -> values.add(new AttributeValue.Int(batch.duration(row)));
                    case SPAN_ID -> values.add(new AttributeValue.Int(batch.spanId(row)));
                    case PARENT_ID -> values.add(new AttributeValue.Int(batch.parentSpanId(row)));
                    case KIND -> {
                        values.add(new AttributeValue.Int(batch.kind(row)));
                        values.add(new AttributeValue.Int(
                                SpanKind.of(batch.kind(row)).code()));
                    }
                    case STATUS -> {
                        values.add(new AttributeValue.Int(batch.statusCode(row)));
                        values.add(new AttributeValue.Int(
                                StatusCode.of(batch.statusCode(row)).code()));
                    }
                    case EVENT_NAME -> {
                        for (int i = batch.eventsFrom(row); i < batch.eventsTo(row); i++) {
                            values.add(text(batch, batch.eventName(i)));
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
            SpanBatch batch, AttributeTable table, int owner, String key, List<AttributeValue> values) {
        for (int i = table.from(owner); i < table.to(owner); i++) {
            if (batch.dictionary().text(table.key(i)).equals(key)) {
                values.add(AttributeValue.of(table, i, batch.dictionary()));
            }
        }
    }

    private static boolean holds(Test test, AttributeValue value) {
        if (test.operator() == Operator.EXISTS
                || value instanceof AttributeValue.Array
                || value instanceof AttributeValue.KeyValues) {
            return true;
        }
        return switch (value) {
            case AttributeValue.Text text -> {
                byte[] utf8 = text.value().getBytes(StandardCharsets.UTF_8);
                if (test.operand() instanceof Pattern pattern) {
                    boolean matches = pattern.matches(utf8, 0, utf8.length);
                    yield test.operator() == Operator.MATCH ? matches : !matches;
                }
                yield test.operand() instanceof Text other
                        && ordered(
                                test.operator(),
                                Arrays.compareUnsigned(utf8, other.value().getBytes(StandardCharsets.UTF_8)));
            }
            case AttributeValue.Bool bool ->
                test.operand() instanceof Bool other
                        && ordered(test.operator(), Boolean.compare(bool.value(), other.value()));
            case AttributeValue.Int number -> numbers(test, (double) number.value(), new BigDecimal(number.value()));
            case AttributeValue.Real real ->
                numbers(
                        test,
                        real.value(),
                        Double.isFinite(real.value()) ? new BigDecimal(real.value()) : BigDecimal.ZERO);
            default -> false;
        };
    }

    private static boolean numbers(Test test, double value, BigDecimal exact) {
        double other;
        BigDecimal otherExact;
        switch (test.operand()) {
            case Int number -> {
                other = number.value();
                otherExact = new BigDecimal(number.value());
            }
            case Real real -> {
                other = real.value();
                otherExact = Double.isFinite(other) ? new BigDecimal(other) : BigDecimal.ZERO;
            }
            default -> {
                return false;
            }
        }
        if (Double.isNaN(value) || Double.isNaN(other)) {
            return test.operator() == Operator.NOT_EQUAL;
        }
        return ordered(
                test.operator(),
                Double.isInfinite(value) || Double.isInfinite(other)
                        ? Double.compare(value, other)
                        : exact.compareTo(otherExact));
    }

    private static boolean ordered(Operator operator, int order) {
        return switch (operator) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_EQUAL -> order >= 0;
            case MATCH, NOT_MATCH -> false;
            case EXISTS -> true;
        };
    }
}

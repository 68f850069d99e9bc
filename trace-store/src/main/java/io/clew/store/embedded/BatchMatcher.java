package io.clew.store.embedded;

import io.clew.model.AttributeTable;
import io.clew.model.ByteDictionary;
import io.clew.model.SpanBatch;
import io.clew.model.ValueType;
import io.clew.store.SpanCondition;
import io.clew.store.SpanCondition.Intrinsic;
import io.clew.store.SpanCondition.Operator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A {@link SpanCondition} bound to one batch: keys and text operands are looked up in its dictionary once, so that a
 * batch that does not hold them is passed over whole and rows are tested by comparing numbers. For one thread.
 */
sealed interface BatchMatcher {
    BatchMatcher NEVER = new Never();
    BatchMatcher ALWAYS = new Always();

    boolean matches(int row);

    /** Binds the condition; answers {@link #NEVER} when no row can match. */
    static BatchMatcher bind(SpanCondition condition, SpanBatch batch) {
        return switch (condition) {
            case SpanCondition.Any _ -> ALWAYS;
            case SpanCondition.And and -> {
                BatchMatcher[] parts = and.parts().stream()
                        .map(part -> bind(part, batch))
                        .filter(part -> !part.equals(ALWAYS))
                        .toArray(BatchMatcher[]::new);
                yield Arrays.asList(parts).contains(NEVER) ? NEVER : parts.length == 0 ? ALWAYS : new All(parts);
            }
            case SpanCondition.Or or -> {
                BatchMatcher[] parts = or.parts().stream()
                        .map(part -> bind(part, batch))
                        .filter(part -> !part.equals(NEVER))
                        .toArray(BatchMatcher[]::new);
                yield Arrays.asList(parts).contains(ALWAYS) ? ALWAYS : parts.length == 0 ? NEVER : new Either(parts);
            }
            case SpanCondition.Test test -> bind(test, batch);
        };
    }

    private static BatchMatcher bind(SpanCondition.Test test, SpanBatch batch) {
        ValueTest value = new ValueTest(batch.dictionary(), test.operator(), test.operand());
        return switch (test.field()) {
            case Intrinsic intrinsic -> value.absentText() ? NEVER : new OfIntrinsic(batch, intrinsic, value);
            case SpanCondition.Attribute attribute -> {
                int key = batch.dictionary().find(attribute.key().getBytes(StandardCharsets.UTF_8));
                yield key < 0 ? NEVER : new OfAttribute(batch, attribute.scope(), key, value);
            }
        };
    }

    record Never() implements BatchMatcher {
        @Override
        public boolean matches(int row) {
            return false;
        }
    }

    record Always() implements BatchMatcher {
        @Override
        public boolean matches(int row) {
            return true;
        }
    }

    record All(BatchMatcher[] parts) implements BatchMatcher {
        @Override
        public boolean matches(int row) {
            for (BatchMatcher part : parts) {
                if (!part.matches(row)) {
                    return false;
                }
            }
            return true;
        }
    }

    record Either(BatchMatcher[] parts) implements BatchMatcher {
        @Override
        public boolean matches(int row) {
            for (BatchMatcher part : parts) {
                if (part.matches(row)) {
                    return true;
                }
            }
            return false;
        }
    }

    record OfIntrinsic(SpanBatch batch, Intrinsic field, ValueTest value) implements BatchMatcher {
        @Override
        public boolean matches(int row) {
            return switch (field) {
                case NAME -> value.text(batch.name(row));
                case KIND -> value.number(batch.kind(row));
                case STATUS -> value.number(batch.statusCode(row));
                case STATUS_MESSAGE -> value.text(batch.statusMessage(row));
                case DURATION -> value.number(batch.duration(row));
                case SPAN_ID -> value.number(batch.spanId(row));
                case PARENT_ID -> value.number(batch.parentSpanId(row));
                case SCOPE_NAME -> value.text(batch.scopeName(batch.scope(row)));
                case SCOPE_VERSION -> value.text(batch.scopeVersion(batch.scope(row)));
                case EVENT_NAME -> {
                    boolean any = false;
                    for (int event = batch.eventsFrom(row); event < batch.eventsTo(row) && !any; event++) {
                        any = value.text(batch.eventName(event));
                    }
                    yield any;
                }
            };
        }
    }

    record OfAttribute(SpanBatch batch, SpanCondition.Scope scope, int key, ValueTest value) implements BatchMatcher {
        @Override
        public boolean matches(int row) {
            return switch (scope) {
                case SPAN -> any(batch.spanAttributes(), row, row + 1);
                case RESOURCE -> any(batch.resourceAttributes(), batch.resource(row), batch.resource(row) + 1);
                case INSTRUMENTATION -> any(batch.scopeAttributes(), batch.scope(row), batch.scope(row) + 1);
                case EVENT -> any(batch.eventAttributes(), batch.eventsFrom(row), batch.eventsTo(row));
                case LINK -> any(batch.linkAttributes(), batch.linksFrom(row), batch.linksTo(row));
            };
        }

        private boolean any(AttributeTable table, int fromOwner, int toOwner) {
            if (fromOwner == toOwner) {
                return false;
            }
            for (int entry = table.from(fromOwner), end = table.to(toOwner - 1); entry < end; entry++) {
                if (table.key(entry) == key && value.attribute(table.type(entry), table.value(entry))) {
                    return true;
                }
            }
            return false;
        }
    }

    /** "value operator operand" for the values of one batch; text verdicts are remembered per dictionary id. */
    final class ValueTest {
        private final ByteDictionary dictionary;
        private final Operator operator;
        private final SpanCondition.Operand operand;
        private final byte[] text;
        private final int textId;
        private byte[] verdicts = new byte[0];

        ValueTest(ByteDictionary dictionary, Operator operator, SpanCondition.Operand operand) {
            this.dictionary = dictionary;
            this.operator = operator;
            this.operand = operand;
            this.text = operand instanceof SpanCondition.Text(String value)
                    ? value.getBytes(StandardCharsets.UTF_8)
                    : new byte[0];
            this.textId = operand instanceof SpanCondition.Text ? dictionary.find(text) : -1;
        }

        /** Whether it asks for equality with a text that the batch does not hold; nested values may still hold it. */
        boolean absentText() {
            return operator == Operator.EQUAL && operand instanceof SpanCondition.Text && textId < 0;
        }

        boolean attribute(byte type, long value) {
            if (operator == Operator.EXISTS || type == ValueType.ARRAY || type == ValueType.KVLIST) {
                return true;
            }
            return switch (type) {
                case ValueType.STRING -> text((int) value);
                case ValueType.INT -> number(value);
                case ValueType.DOUBLE -> real(Double.longBitsToDouble(value));
                case ValueType.BOOL -> bool(value != 0);
                default -> false;
            };
        }

        boolean text(int id) {
            if (operator == Operator.EXISTS) {
                return true;
            }
            if (!(operand instanceof SpanCondition.Text) && !(operand instanceof SpanCondition.Pattern)) {
                return false;
            }
            if (operator == Operator.EQUAL) {
                return id == textId;
            }
            if (operator == Operator.NOT_EQUAL) {
                return id != textId;
            }
            if (verdicts.length <= id) {
                verdicts = Arrays.copyOf(verdicts, dictionary.size());
            }
            if (verdicts[id] == 0) {
                verdicts[id] = (byte) (judge(id) ? 1 : 2);
            }
            return verdicts[id] == 1;
        }

        private boolean judge(int id) {
            if (operand instanceof SpanCondition.Pattern pattern) {
                boolean match = pattern.matches(dictionary.array(), dictionary.offset(id), dictionary.length(id));
                return match == (operator == Operator.MATCH);
            }
            int from = dictionary.offset(id);
            int order = Arrays.compareUnsigned(
                    dictionary.array(), from, from + dictionary.length(id), text, 0, text.length);
            return ordered(order);
        }

        boolean number(long value) {
            return switch (operand) {
                case SpanCondition.Int(long other) -> ordered(Long.compare(value, other));
                case SpanCondition.Real(double other) -> realOrdered((double) value, other);
                case SpanCondition.Nothing _ -> true;
                default -> false;
            };
        }

        private boolean real(double value) {
            return switch (operand) {
                case SpanCondition.Int(long other) -> realOrdered(value, (double) other);
                case SpanCondition.Real(double other) -> realOrdered(value, other);
                default -> false;
            };
        }

        private boolean bool(boolean value) {
            return operand instanceof SpanCondition.Bool(boolean other) && ordered(Boolean.compare(value, other));
        }

        private boolean realOrdered(double value, double other) {
            return switch (operator) {
                case EQUAL -> value == other;
                case NOT_EQUAL -> value != other;
                case LESS -> value < other;
                case LESS_EQUAL -> value <= other;
                case GREATER -> value > other;
                case GREATER_EQUAL -> value >= other;
                default -> false;
            };
        }

        private boolean ordered(int order) {
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
    }
}

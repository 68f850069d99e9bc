package io.clew.traceql.eval;

import io.clew.traceql.ast.ComparisonOperator;
import io.clew.traceql.regex.Regex;
import java.util.Arrays;

/** Conditions on the values of operands. */
final class ValueConditions {
    private ValueConditions() {}

    static final class Compare implements Condition {
        private final ComparisonOperator operator;
        private final Operand left;
        private final Operand right;
        private final Slot leftValue = new Slot();
        private final Slot rightValue = new Slot();

        Compare(ComparisonOperator operator, Operand left, Operand right) {
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        public void bind(TraceBinding binding) {
            left.bind(binding);
            right.bind(binding);
        }

        @Override
        public boolean test(int span) {
            left.read(span, leftValue);
            if (leftValue.type == Slot.NIL) {
                return false;
            }
            right.read(span, rightValue);
            return Comparing.holds(operator, leftValue, rightValue);
        }
    }

    /** The operand is nil, or is not. */
    static final class IsNil implements Condition {
        private final Operand operand;
        private final boolean nil;
        private final Slot value = new Slot();

        IsNil(Operand operand, boolean nil) {
            this.operand = operand;
            this.nil = nil;
        }

        @Override
        public void bind(TraceBinding binding) {
            operand.bind(binding);
        }

        @Override
        public boolean test(int span) {
            operand.read(span, value);
            return value.type == Slot.NIL == nil;
        }
    }

    /** The operand, or one of its values, is this bool. */
    static final class IsBool implements Condition {
        private final Operand operand;
        private final long bool;
        private final Slot value = new Slot();

        IsBool(Operand operand, boolean bool) {
            this.operand = operand;
            this.bool = bool ? 1 : 0;
        }

        @Override
        public void bind(TraceBinding binding) {
            operand.bind(binding);
        }

        @Override
        public boolean test(int span) {
            operand.read(span, value);
            if (value.type != Slot.MANY) {
                return value.type == Slot.BOOL && value.bits == bool;
            }
            for (int i = 0; i < value.count; i++) {
                if (value.many[i].type == Slot.BOOL && value.many[i].bits == bool) {
                    return true;
                }
            }
            return false;
        }
    }

    /** A text matches; of several, one does. Negated: there are texts, and none does. Each text is matched once a trace. */
    static final class Matches implements Condition {
        private final Operand operand;
        private final Regex regex;
        private final boolean negated;
        private final Slot value = new Slot();
        /** By dictionary id: 0 = not tried, 1 = no, 2 = yes. */
        private byte[] known = new byte[64];

        Matches(Operand operand, Regex regex, boolean negated) {
            this.operand = operand;
            this.regex = regex;
            this.negated = negated;
        }

        @Override
        public void bind(TraceBinding binding) {
            operand.bind(binding);
            int size = binding.dictionary.size();
            if (known.length < size) {
                known = new byte[size * 2];
            } else {
                Arrays.fill(known, 0, size, (byte) 0);
            }
        }

        @Override
        public boolean test(int span) {
            operand.read(span, value);
            if (value.type == Slot.TEXT) {
                return matches(value) != negated;
            }
            boolean texts = false;
            for (int i = 0; value.type == Slot.MANY && i < value.count; i++) {
                if (value.many[i].type == Slot.TEXT) {
                    texts = true;
                    if (matches(value.many[i])) {
                        return !negated;
                    }
                }
            }
            return texts && negated;
        }

        private boolean matches(Slot text) {
            if (text.id < 0) {
                return regex.matches(text.bytes, text.offset, text.length);
            }
            if (known[text.id] == 0) {
                known[text.id] = (byte) (regex.matches(text.bytes, text.offset, text.length) ? 2 : 1);
            }
            return known[text.id] == 2;
        }
    }
}

package io.clew.traceql.eval;

import java.util.List;

/** Conditions made of conditions. */
final class Logic {
    private Logic() {}

    record Fixed(boolean value) implements Condition {
        @Override
        public void bind(TraceBinding binding) {}

        @Override
        public boolean test(int span) {
            return value;
        }
    }

    record Not(Condition operand) implements Condition {
        @Override
        public void bind(TraceBinding binding) {
            operand.bind(binding);
        }

        @Override
        public boolean test(int span) {
            return !operand.test(span);
        }
    }

    record All(List<Condition> operands) implements Condition {
        @Override
        public void bind(TraceBinding binding) {
            operands.forEach(operand -> operand.bind(binding));
        }

        @Override
        public boolean test(int span) {
            for (int i = 0; i < operands.size(); i++) {
                if (!operands.get(i).test(span)) {
                    return false;
                }
            }
            return true;
        }
    }

    record Any(List<Condition> operands) implements Condition {
        @Override
        public void bind(TraceBinding binding) {
            operands.forEach(operand -> operand.bind(binding));
        }

        @Override
        public boolean test(int span) {
            for (int i = 0; i < operands.size(); i++) {
                if (operands.get(i).test(span)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Holds when the inner condition holds of some event of the span. */
    static final class SomeEvent implements Condition {
        private final Condition inner;
        private TraceBinding binding = Unbound.BINDING;

        SomeEvent(Condition inner) {
            this.inner = inner;
        }

        @Override
        public void bind(TraceBinding to) {
            binding = to;
            inner.bind(to);
        }

        @Override
        public boolean test(int span) {
            int outer = binding.event;
            boolean found = false;
            for (int event = binding.spans.eventsFrom(span), to = binding.spans.eventsTo(span);
                    event < to && !found;
                    event++) {
                binding.event = event;
                found = inner.test(span);
            }
            binding.event = outer;
            return found;
        }
    }

    /** Holds when the inner condition holds of some link of the span. */
    static final class SomeLink implements Condition {
        private final Condition inner;
        private TraceBinding binding = Unbound.BINDING;

        SomeLink(Condition inner) {
            this.inner = inner;
        }

        @Override
        public void bind(TraceBinding to) {
            binding = to;
            inner.bind(to);
        }

        @Override
        public boolean test(int span) {
            int outer = binding.link;
            boolean found = false;
            for (int link = binding.spans.linksFrom(span), to = binding.spans.linksTo(span);
                    link < to && !found;
                    link++) {
                binding.link = link;
                found = inner.test(span);
            }
            binding.link = outer;
            return found;
        }
    }
}

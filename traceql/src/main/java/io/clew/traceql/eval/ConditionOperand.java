package io.clew.traceql.eval;

import org.jspecify.annotations.Nullable;

/**
 * A condition as a value: true, false, or nil when it is neither ({@code !.x} of what is no bool). Events and links that
 * it names are its own and not those of the comparison around it, so its value is that of the span: it is found once a
 * span, however often the comparisons around it ask. Without that, comparisons in comparisons would cost exponentially.
 */
final class ConditionOperand extends Operand {
    private final Condition holds;
    /** When it is false; null for conditions that are false whenever they do not hold. */
    private final @Nullable Condition fails;

    private final Slot value = new Slot();
    private int knownOf = -1;

    ConditionOperand(Condition holds, @Nullable Condition fails) {
        this.holds = holds;
        this.fails = fails;
    }

    @Override
    void bind(TraceBinding binding) {
        knownOf = -1;
        holds.bind(binding);
        if (fails != null) {
            fails.bind(binding);
        }
    }

    @Override
    void read(int span, Slot out) {
        if (knownOf != span) {
            if (holds.test(span)) {
                value.bool(true);
            } else if (fails == null || fails.test(span)) {
                value.bool(false);
            } else {
                value.nil();
            }
            knownOf = span;
        }
        out.copyFrom(value);
    }
}

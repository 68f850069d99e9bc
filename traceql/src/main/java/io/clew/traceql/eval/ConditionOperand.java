package io.clew.traceql.eval;

/**
 * A condition as a value: true, false, or nil when it is neither ({@code !.x} of what is no bool). Events and links that
 * it names are its own: it does not read those of the comparison around it.
 */
final class ConditionOperand extends Operand {
    private final Condition holds;
    private final Condition fails;

    ConditionOperand(Condition holds, Condition fails) {
        this.holds = holds;
        this.fails = fails;
    }

    @Override
    void bind(TraceBinding binding) {
        holds.bind(binding);
        fails.bind(binding);
    }

    @Override
    void read(int span, Slot out) {
        if (holds.test(span)) {
            out.bool(true);
        } else if (fails.test(span)) {
            out.bool(false);
        } else {
            out.nil();
        }
    }
}

package io.clew.traceql.eval;

/** Unary minus. */
final class NegatedOperand extends Operand {
    private final Operand operand;
    private final Slot value = new Slot();

    NegatedOperand(Operand operand) {
        this.operand = operand;
    }

    @Override
    boolean ofEvent() {
        return operand.ofEvent();
    }

    @Override
    boolean ofLink() {
        return operand.ofLink();
    }

    @Override
    void bind(TraceBinding binding) {
        operand.bind(binding);
    }

    @Override
    void read(int span, Slot out) {
        operand.read(span, value);
        Calculating.negate(value, out);
    }
}

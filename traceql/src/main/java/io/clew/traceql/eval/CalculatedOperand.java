package io.clew.traceql.eval;

import io.clew.traceql.ast.ArithmeticOperator;

/** Arithmetic between two operands. */
final class CalculatedOperand extends Operand {
    private final ArithmeticOperator operator;
    private final Operand left;
    private final Operand right;
    private final Slot leftValue = new Slot();
    private final Slot rightValue = new Slot();

    CalculatedOperand(ArithmeticOperator operator, Operand left, Operand right) {
        this.operator = operator;
        this.left = left;
        this.right = right;
    }

    @Override
    boolean ofEvent() {
        return left.ofEvent() || right.ofEvent();
    }

    @Override
    boolean ofLink() {
        return left.ofLink() || right.ofLink();
    }

    @Override
    void bind(TraceBinding binding) {
        left.bind(binding);
        right.bind(binding);
    }

    @Override
    void read(int span, Slot out) {
        left.read(span, leftValue);
        right.read(span, rightValue);
        Calculating.calculate(operator, leftValue, rightValue, out);
    }
}

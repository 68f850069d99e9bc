package io.clew.traceql.ast;

/** Arithmetic between two numbers. */
public enum ArithmeticOperator {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    MODULO("%"),
    POWER("^");

    private final String text;

    ArithmeticOperator(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}

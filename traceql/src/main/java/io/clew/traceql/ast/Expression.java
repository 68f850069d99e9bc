package io.clew.traceql.ast;

import java.util.List;

/**
 * What stands between the braces of a filter, about one span. Meaning of each node: docs/traceql.md. {@code at} is the
 * offset in the query text, in UTF-16 units, of the token that tells most (the operator of an operation, else the first),
 * or {@link #NOWHERE} for nodes built by code. Immutable.
 */
public sealed interface Expression {
    /** The position of nodes that stand in no text. */
    int NOWHERE = -1;

    int at();

    record Constant(Value value, int at) implements Expression {}

    record Field(Reference reference, int at) implements Expression {}

    record Not(Expression operand, int at) implements Expression {}

    record Negate(Expression operand, int at) implements Expression {}

    /** All hold. At least one operand; a chain of {@code &&} is one node. */
    record And(List<Expression> operands, int at) implements Expression {}

    /** One holds. At least one operand; a chain of {@code ||} is one node. */
    record Or(List<Expression> operands, int at) implements Expression {}

    record Comparison(ComparisonOperator operator, Expression left, Expression right, int at) implements Expression {}

    record Arithmetic(ArithmeticOperator operator, Expression left, Expression right, int at) implements Expression {}

    /**
     * Some attribute of this name, of the span, its scope, its resource, an event or a link, reads as this text: it is
     * one of {@link AnyTextValues}, or an array or map whose JSON, without spaces, is the text. Bytes read as nothing.
     * Has no text form: it is what Jaeger's tag search means.
     */
    record AnyTextEquals(String key, String text, int at) implements Expression {}
}

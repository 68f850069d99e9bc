package io.clew.traceql.ast;

import java.util.List;

/** A query: which spans of a trace, and with that which traces. Positions as in {@link Expression}. Immutable. */
public sealed interface Spansets {
    int at();

    /** The spans of which the condition holds. */
    record Filter(Expression condition, int at) implements Spansets {}

    /** The spans of all parts when every part has some, else none. */
    record Both(List<Spansets> parts, int at) implements Spansets {}

    /** The spans of all parts. */
    record Either(List<Spansets> parts, int at) implements Spansets {}

    /** Every span of every trace. */
    static Spansets everything() {
        return new Filter(new Expression.Constant(new Value.Bool(true), Expression.NOWHERE), Expression.NOWHERE);
    }
}

package io.clew.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the planner pushes down: a condition on one span. A store may answer yes too often, never no wrongly; values of
 * kinds it cannot compare (arrays, maps) count as yes.
 */
public sealed interface SpanCondition {
    /** Every span. */
    record Any() implements SpanCondition {}

    record And(List<SpanCondition> parts) implements SpanCondition {}

    record Or(List<SpanCondition> parts) implements SpanCondition {}

    /**
     * The span has a value at {@code field} for which "value operator operand" holds. Text compares with text, bytewise;
     * numbers with numbers, integers exactly; booleans with booleans; anything else does not hold. A span without a value
     * at the field never satisfies a test. With several values (repeated keys, several events or links) one is enough,
     * except that NOT_EQUAL and NOT_MATCH may be answered yes whenever there is a value.
     */
    record Test(Field field, Operator operator, Operand operand) implements SpanCondition {}

    /** How a value is compared. */
    enum Operator {
        EQUAL,
        NOT_EQUAL,
        LESS,
        LESS_EQUAL,
        GREATER,
        GREATER_EQUAL,
        /** The operand is a {@link Pattern}. */
        MATCH,
        NOT_MATCH,
        /** There is a value; the operand is {@link Nothing}. */
        EXISTS
    }

    /** What is compared. */
    sealed interface Field {}

    /** An attribute of the span, its resource, its scope, one of its events or one of its links. */
    record Attribute(Scope scope, String key) implements Field {}

    /** Where an attribute stands. */
    enum Scope {
        SPAN,
        RESOURCE,
        INSTRUMENTATION,
        EVENT,
        LINK
    }

    /** Fields every span has. The comment says with what kind of operand they compare. */
    enum Intrinsic implements Field {
        /** Text. */
        NAME,
        /** Int, the OTLP number. */
        KIND,
        /** Int, the OTLP number. */
        STATUS,
        /** Text. */
        STATUS_MESSAGE,
        /** Int, nanoseconds; {@link io.clew.model.SpanBatch#duration}. */
        DURATION,
        /** Int, the 64 bits; only EQUAL is pushed down. */
        SPAN_ID,
        /** Int, the 64 bits, 0 = none; only EQUAL is pushed down. */
        PARENT_ID,
        /** Text. */
        EVENT_NAME,
        /** Text. */
        SCOPE_NAME,
        /** Text. */
        SCOPE_VERSION
    }

    /** What a value is compared with. */
    sealed interface Operand {}

    record Text(String value) implements Operand {}

    record Int(long value) implements Operand {}

    record Real(double value) implements Operand {}

    record Bool(boolean value) implements Operand {}

    record Nothing() implements Operand {}

    /** A regular expression over a whole value; safe for use by several threads. */
    non-sealed interface Pattern extends Operand {
        boolean matches(byte[] utf8, int offset, int length);

        /** A text that every match contains, or null when none is known: lets a store skip. */
        @Nullable
        String literal();
    }
}

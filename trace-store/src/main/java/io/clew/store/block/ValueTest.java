package io.clew.store.block;

import io.clew.model.ValueType;
import io.clew.store.SpanCondition.Bool;
import io.clew.store.SpanCondition.Int;
import io.clew.store.SpanCondition.Operand;
import io.clew.store.SpanCondition.Operator;
import io.clew.store.SpanCondition.Pattern;
import io.clew.store.SpanCondition.Real;
import io.clew.store.SpanCondition.Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * "Value operator operand" as {@link io.clew.store.SpanCondition.Test} defines it, for single values. Stateless.
 */
final class ValueTest {
    /** What {@link #compare} gives where there is no order. */
    private static final int UNORDERED = 2;

    private static final byte[] NO_BYTES = {};

    final Operator operator;
    private final Operand operand;
    /** The text operand; empty for others. */
    final byte[] utf8;

    /** A text that every match of the pattern contains; empty when none is known or there is no pattern. */
    final byte[] literal;

    ValueTest(Operator operator, Operand operand) {
        this.operator = operator;
        this.operand = operand;
        this.utf8 = operand instanceof Text text ? text.value().getBytes(StandardCharsets.UTF_8) : NO_BYTES;
        String known = operand instanceof Pattern pattern ? pattern.literal() : null;
        this.literal = known == null ? NO_BYTES : known.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether it asks which texts are, or are not, one text. */
    boolean isOfOneText() {
        return operand instanceof Text && (operator == Operator.EQUAL || operator == Operator.NOT_EQUAL);
    }

    /** Whether it asks which texts match, or do not match, a pattern. */
    boolean isOfPattern() {
        return operand instanceof Pattern && (operator == Operator.MATCH || operator == Operator.NOT_MATCH);
    }

    /** Whether it asks for the opposite of equality or of a match. */
    boolean isNegated() {
        return operator == Operator.NOT_EQUAL || operator == Operator.NOT_MATCH;
    }

    /** Whether values of this type can satisfy the test at all. */
    boolean compares(int type) {
        if (operator == Operator.EXISTS || RowGroup.nested(type)) {
            return true;
        }
        return switch (operand) {
            case Text _, Pattern _ -> type == ValueType.STRING;
            case Int _, Real _ -> type == ValueType.INT || type == ValueType.DOUBLE;
            case Bool _ -> type == ValueType.BOOL;
            default -> false;
        };
    }

    /** Whether every value of this type satisfies the test, as far as this store can tell. */
    boolean always(int type) {
        return operator == Operator.EXISTS || RowGroup.nested(type);
    }

    /** Whether the test is for one text. */
    boolean isTextEquality() {
        return operator == Operator.EQUAL && operand instanceof Text;
    }

    boolean text(byte[] bytes, int offset, int length) {
        return switch (operand) {
            case Text _ ->
                ordered(Integer.signum(Arrays.compareUnsigned(bytes, offset, offset + length, utf8, 0, utf8.length)));
            case Pattern pattern ->
                switch (operator) {
                    case MATCH -> pattern.matches(bytes, offset, length);
                    case NOT_MATCH -> !pattern.matches(bytes, offset, length);
                    default -> operator == Operator.EXISTS;
                };
            default -> operator == Operator.EXISTS;
        };
    }

    boolean text(Texts texts, int id) {
        return text(texts.bytes, texts.offset(id), texts.length(id));
    }

    /** The long of a value of type INT, DOUBLE or BOOL. */
    boolean number(int type, long value) {
        if (operator == Operator.EXISTS) {
            return true;
        }
        return switch (type) {
            case ValueType.INT ->
                switch (operand) {
                    case Int other -> ordered(Long.compare(value, other.value()));
                    case Real other -> ordered(compare(value, other.value()));
                    default -> false;
                };
            case ValueType.DOUBLE -> {
                double real = Double.longBitsToDouble(value);
                yield switch (operand) {
                    case Int other -> ordered(reversed(compare(other.value(), real)));
                    case Real other -> ordered(compare(real, other.value()));
                    default -> false;
                };
            }
            case ValueType.BOOL -> operand instanceof Bool other && ordered(Long.compare(value, other.value() ? 1 : 0));
            default -> false;
        };
    }

    boolean integer(long value) {
        return number(ValueType.INT, value);
    }

    /** Whether some integer from {@code least} to {@code greatest} may satisfy the test. */
    boolean anyInteger(long least, long greatest) {
        return switch (operator) {
            case LESS, LESS_EQUAL -> integer(least);
            case GREATER, GREATER_EQUAL -> integer(greatest);
            case EQUAL ->
                new ValueTest(Operator.LESS_EQUAL, operand).integer(least)
                        && new ValueTest(Operator.GREATER_EQUAL, operand).integer(greatest);
            case NOT_EQUAL -> least != greatest || integer(least);
            default -> operator == Operator.EXISTS;
        };
    }

    /** Whether the integers that satisfy the test are those from {@link #least} to {@link #greatest}. */
    boolean isRange() {
        return operand instanceof Int(long bound)
                && switch (operator) {
                    case EQUAL, LESS_EQUAL, GREATER_EQUAL -> true;
                    case LESS -> bound != Long.MIN_VALUE;
                    case GREATER -> bound != Long.MAX_VALUE;
                    default -> false;
                };
    }

    /** With {@link #isRange}: the smallest integer that satisfies the test. */
    long least() {
        long bound = ((Int) operand).value();
        return switch (operator) {
            case EQUAL, GREATER_EQUAL -> bound;
            case GREATER -> bound + 1;
            default -> Long.MIN_VALUE;
        };
    }

    /** With {@link #isRange}: the largest integer that satisfies the test. */
    long greatest() {
        long bound = ((Int) operand).value();
        return switch (operator) {
            case EQUAL, LESS_EQUAL -> bound;
            case LESS -> bound - 1;
            default -> Long.MAX_VALUE;
        };
    }

    private boolean ordered(int order) {
        return switch (operator) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_EQUAL -> order <= 0;
            case GREATER -> order > 0 && order != UNORDERED;
            case GREATER_EQUAL -> order >= 0 && order != UNORDERED;
            case EXISTS -> true;
            case MATCH, NOT_MATCH -> false;
        };
    }

    private static int reversed(int order) {
        return order == UNORDERED ? order : -order;
    }

    private static int compare(double a, double b) {
        return a < b ? -1 : a > b ? 1 : a == b ? 0 : UNORDERED;
    }

    /** Compares exactly, where a double cannot hold the long too. */
    private static int compare(long a, double b) {
        if (b >= 0x1p63) {
            return -1;
        }
        if (b < -0x1p63) {
            return 1;
        }
        if (Double.isNaN(b)) {
            return UNORDERED;
        }
        long whole = (long) b;
        int order = Long.compare(a, whole);
        return order != 0 ? order : compare(0.0, b - whole);
    }
}

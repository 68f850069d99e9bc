package io.clew.traceql.eval;

import io.clew.traceql.ast.ComparisonOperator;
import java.util.Arrays;

/**
 * Comparison of two values. Values of different types do not compare, and then nothing holds of them; ints and
 * durations compare exactly, with a float as floats; texts bytewise. Of several values on one side, {@code !=} holds when some compare and none is
 * equal, any other operator when it holds of one; several on both sides do not compare.
 */
final class Comparing {
    private Comparing() {}

    static boolean holds(ComparisonOperator operator, Slot left, Slot right) {
        boolean negative = operator == ComparisonOperator.NOT_EQUAL;
        ComparisonOperator positive = negative ? ComparisonOperator.EQUAL : operator;
        boolean compared = false;
        if (left.type == Slot.MANY) {
            if (right.type == Slot.MANY) {
                return false;
            }
            for (int i = 0; i < left.count; i++) {
                if (compares(positive, left.many[i], right)) {
                    compared = true;
                    if (single(positive, left.many[i], right)) {
                        return !negative;
                    }
                }
            }
        } else if (right.type == Slot.MANY) {
            for (int i = 0; i < right.count; i++) {
                if (compares(positive, left, right.many[i])) {
                    compared = true;
                    if (single(positive, left, right.many[i])) {
                        return !negative;
                    }
                }
            }
        } else if (compares(positive, left, right)) {
            return single(positive, left, right) != negative;
        }
        return compared && negative;
    }

    private static boolean compares(ComparisonOperator operator, Slot left, Slot right) {
        return switch (left.type) {
            case Slot.INT, Slot.DURATION, Slot.REAL -> isNumber(right);
            case Slot.TEXT -> right.type == Slot.TEXT;
            case Slot.BOOL, Slot.STATUS, Slot.KIND -> right.type == left.type && operator == ComparisonOperator.EQUAL;
            default -> false;
        };
    }

    static boolean isNumber(Slot slot) {
        return slot.type == Slot.INT || slot.type == Slot.REAL || slot.type == Slot.DURATION;
    }

    private static boolean single(ComparisonOperator operator, Slot left, Slot right) {
        if (left.type == Slot.TEXT) {
            return operator == ComparisonOperator.EQUAL
                    ? sameText(left, right)
                    : ordered(operator, compareText(left, right));
        }
        boolean leftReal = left.type == Slot.REAL;
        boolean rightReal = right.type == Slot.REAL;
        if (!leftReal && !rightReal) {
            return ordered(operator, Long.compare(left.bits, right.bits));
        }
        double a = leftReal ? Double.longBitsToDouble(left.bits) : (double) left.bits;
        double b = rightReal ? Double.longBitsToDouble(right.bits) : (double) right.bits;
        return switch (operator) {
            case EQUAL -> a == b;
            case LESS -> a < b;
            case LESS_EQUAL -> a <= b;
            case GREATER -> a > b;
            case GREATER_EQUAL -> a >= b;
            default -> throw new IllegalArgumentException(operator.text());
        };
    }

    private static boolean ordered(ComparisonOperator operator, int order) {
        return switch (operator) {
            case EQUAL -> order == 0;
            case LESS -> order < 0;
            case LESS_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_EQUAL -> order >= 0;
            default -> throw new IllegalArgumentException(operator.text());
        };
    }

    private static boolean sameText(Slot a, Slot b) {
        if (a.id != Slot.UNKNOWN && b.id != Slot.UNKNOWN) {
            return a.id == b.id && a.id >= 0;
        }
        return Arrays.equals(a.bytes, a.offset, a.offset + a.length, b.bytes, b.offset, b.offset + b.length);
    }

    private static int compareText(Slot a, Slot b) {
        return Arrays.compareUnsigned(a.bytes, a.offset, a.offset + a.length, b.bytes, b.offset, b.offset + b.length);
    }
}

package io.clew.traceql.eval;

import io.clew.traceql.ast.ArithmeticOperator;

/**
 * Arithmetic. Two ints give an int, wrapping on overflow; division and modulo by the int zero give nil; a negative
 * exponent gives a float. Any other two numbers, durations among them, are calculated as floats. Anything else gives nil.
 */
final class Calculating {
    private Calculating() {}

    static void calculate(ArithmeticOperator operator, Slot left, Slot right, Slot out) {
        if (left.type == Slot.INT && right.type == Slot.INT) {
            integers(operator, left.bits, right.bits, out);
        } else if (Comparing.isNumber(left) && Comparing.isNumber(right)) {
            out.real(reals(operator, real(left), real(right)));
        } else {
            out.nil();
        }
    }

    static void negate(Slot operand, Slot out) {
        switch (operand.type) {
            case Slot.INT, Slot.DURATION -> out.number(operand.type, -operand.bits);
            case Slot.REAL -> out.real(-Double.longBitsToDouble(operand.bits));
            default -> out.nil();
        }
    }

    private static double real(Slot slot) {
        return slot.type == Slot.REAL ? Double.longBitsToDouble(slot.bits) : slot.bits;
    }

    private static void integers(ArithmeticOperator operator, long a, long b, Slot out) {
        switch (operator) {
            case ADD -> out.number(Slot.INT, a + b);
            case SUBTRACT -> out.number(Slot.INT, a - b);
            case MULTIPLY -> out.number(Slot.INT, a * b);
            case DIVIDE -> {
                if (b == 0) {
                    out.nil();
                } else {
                    out.number(Slot.INT, a / b);
                }
            }
            case MODULO -> {
                if (b == 0) {
                    out.nil();
                } else {
                    out.number(Slot.INT, a % b);
                }
            }
            case POWER -> {
                if (b < 0) {
                    out.real(Math.pow((double) a, (double) b));
                } else {
                    out.number(Slot.INT, power(a, b));
                }
            }
        }
    }

    private static long power(long base, long exponent) {
        long result = 1;
        for (long factor = base, left = exponent; left > 0; left >>= 1, factor *= factor) {
            if ((left & 1) != 0) {
                result *= factor;
            }
        }
        return result;
    }

    private static double reals(ArithmeticOperator operator, double a, double b) {
        return switch (operator) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case MODULO -> a % b;
            case POWER -> Math.pow(a, b);
        };
    }
}

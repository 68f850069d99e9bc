package io.clew.traceql.eval;

import io.clew.traceql.ast.ArithmeticOperator;
import io.clew.traceql.ast.Expression;
import io.clew.traceql.ast.Spansets;
import io.clew.traceql.ast.Value;
import io.clew.traceql.parse.QueryText;
import java.util.List;
import java.util.Optional;

/**
 * Replaces operations on constants by their result, calculated as the evaluator would. {@code &&} and {@code ||} that a
 * constant decides become that constant; a constant that decides nothing is left out while two operands remain.
 */
public final class ConstantFolding {
    private final QueryText query;

    private ConstantFolding(QueryText query) {
        this.query = query;
    }

    /**
     * The same query with fewer operations.
     *
     * @throws io.clew.traceql.parse.TraceqlException on a division of constants by zero
     */
    public static Spansets fold(QueryText query, Spansets spansets) {
        return new ConstantFolding(query).spansets(spansets);
    }

    private Spansets spansets(Spansets spansets) {
        return switch (spansets) {
            case Spansets.Filter filter -> new Spansets.Filter(fold(filter.condition()), filter.at());
            case Spansets.Both both ->
                new Spansets.Both(both.parts().stream().map(this::spansets).toList(), both.at());
            case Spansets.Either either ->
                new Spansets.Either(either.parts().stream().map(this::spansets).toList(), either.at());
        };
    }

    private Expression fold(Expression expression) {
        return switch (expression) {
            case Expression.Constant _, Expression.Field _, Expression.AnyTextEquals _ -> expression;
            case Expression.Not not -> {
                Expression operand = fold(not.operand());
                yield constant(operand)
                        .<Expression>map(value -> bool(value.equals(new Value.Bool(false)), not.at()))
                        .orElseGet(() -> new Expression.Not(operand, not.at()));
            }
            case Expression.Negate negate -> {
                Expression operand = fold(negate.operand());
                Expression folded = new Expression.Negate(operand, negate.at());
                yield constant(operand).isPresent() ? calculated(folded) : folded;
            }
            case Expression.Arithmetic a -> arithmetic(a);
            case Expression.Comparison c -> {
                Expression left = fold(c.left());
                Expression right = fold(c.right());
                Expression folded = new Expression.Comparison(c.operator(), left, right, c.at());
                yield constant(left).isPresent() && constant(right).isPresent()
                        ? bool(ConditionCompiler.isTrue(folded).test(0), c.at())
                        : folded;
            }
            case Expression.And and -> logical(and.operands(), false, and.at());
            case Expression.Or or -> logical(or.operands(), true, or.at());
        };
    }

    /** A chain of {@code &&}, which false decides, or of {@code ||}, which true decides. */
    private Expression logical(List<Expression> operands, boolean deciding, int at) {
        List<Expression> folded = operands.stream().map(this::fold).toList();
        if (folded.stream().anyMatch(e -> constant(e).equals(Optional.of(new Value.Bool(deciding))))) {
            return bool(deciding, at);
        }
        List<Expression> open =
                folded.stream().filter(e -> constant(e).isEmpty()).toList();
        if (open.isEmpty()) {
            return bool(!deciding, at);
        }
        if (open.size() == 1 && isCondition(open.get(0))) {
            return open.get(0);
        }
        List<Expression> kept = open.size() > 1 ? open : folded;
        return deciding ? new Expression.Or(kept, at) : new Expression.And(kept, at);
    }

    /** Whether its value is always a bool. */
    private static boolean isCondition(Expression expression) {
        return expression instanceof Expression.And
                || expression instanceof Expression.Or
                || expression instanceof Expression.Comparison
                || expression instanceof Expression.AnyTextEquals;
    }

    private Expression arithmetic(Expression.Arithmetic a) {
        Expression left = fold(a.left());
        Expression right = fold(a.right());
        Expression folded = new Expression.Arithmetic(a.operator(), left, right, a.at());
        if (constant(right).equals(Optional.of(new Value.Int(0)))
                && constant(left).filter(Value.Int.class::isInstance).isPresent()
                && (a.operator() == ArithmeticOperator.DIVIDE || a.operator() == ArithmeticOperator.MODULO)) {
            throw query.type(a.at(), "division by zero", a.operator().text() + " 0", "a divisor that is not 0");
        }
        return constant(left).isPresent() && constant(right).isPresent() ? calculated(folded) : folded;
    }

    /** The value of an operation on constants; the operation itself when it has none. */
    private static Expression calculated(Expression operation) {
        Slot slot = new Slot();
        ConditionCompiler.operand(operation).read(0, slot);
        return switch (slot.type) {
            case Slot.INT -> new Expression.Constant(new Value.Int(slot.bits), operation.at());
            case Slot.DURATION -> new Expression.Constant(new Value.Duration(slot.bits), operation.at());
            case Slot.REAL ->
                new Expression.Constant(new Value.Real(Double.longBitsToDouble(slot.bits)), operation.at());
            default -> operation;
        };
    }

    private static Expression bool(boolean value, int at) {
        return new Expression.Constant(new Value.Bool(value), at);
    }

    private static Optional<Value> constant(Expression expression) {
        return expression instanceof Expression.Constant constant ? Optional.of(constant.value()) : Optional.empty();
    }
}

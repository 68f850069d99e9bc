package io.clew.traceql.eval;

import io.clew.traceql.ast.Attribute;
import io.clew.traceql.ast.ComparisonOperator;
import io.clew.traceql.ast.Expression;
import io.clew.traceql.ast.Intrinsic;
import io.clew.traceql.ast.Reference;
import io.clew.traceql.ast.Value;
import io.clew.traceql.regex.Regex;
import io.clew.traceql.regex.RegexException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns expressions into conditions and operands. A comparison, nil test or lone attribute that names events (links)
 * holds when it holds of some event (link), all its names taken from the same one; a comparison inside an operand has
 * its own.
 */
final class ConditionCompiler {
    private ConditionCompiler() {}

    /** Holds where the expression is true. */
    static Condition isTrue(Expression expression) {
        return switch (expression) {
            case Expression.And and -> new Logic.All(all(and.operands()));
            case Expression.Or or -> new Logic.Any(all(or.operands()));
            case Expression.Not not -> isFalse(not.operand());
            case Expression.Comparison comparison -> comparison(comparison);
            case Expression.Constant constant ->
                new Logic.Fixed(constant.value().equals(new Value.Bool(true)));
            case Expression.Field field -> bool(field, true);
            case Expression.AnyTextEquals any -> new AnyTextCondition(any.key(), any.text());
            case Expression.Negate _, Expression.Arithmetic _ -> new Logic.Fixed(false);
        };
    }

    /** Holds where the expression is false, which for a lone attribute is not the same as not being true. */
    private static Condition isFalse(Expression expression) {
        return switch (expression) {
            case Expression.Not not -> isTrue(not.operand());
            case Expression.Constant constant ->
                new Logic.Fixed(constant.value().equals(new Value.Bool(false)));
            case Expression.Field field -> bool(field, false);
            case Expression.Negate _, Expression.Arithmetic _ -> new Logic.Fixed(false);
            case Expression.And _, Expression.Or _, Expression.Comparison _, Expression.AnyTextEquals _ ->
                new Logic.Not(isTrue(expression));
        };
    }

    static Operand operand(Expression expression) {
        return switch (expression) {
            case Expression.Constant constant -> new ConstantOperand(constant.value());
            case Expression.Field field -> operand(field.reference());
            case Expression.Negate negate -> new NegatedOperand(operand(negate.operand()));
            case Expression.Arithmetic a -> new CalculatedOperand(a.operator(), operand(a.left()), operand(a.right()));
            case Expression.Not _ ->
                new ConditionOperand(isTrue(expression), maybeNeither(expression) ? isFalse(expression) : null);
            case Expression.And _, Expression.Or _, Expression.Comparison _, Expression.AnyTextEquals _ ->
                new ConditionOperand(isTrue(expression), null);
        };
    }

    /** Whether it can be neither true nor false: a lone name, however often negated. */
    private static boolean maybeNeither(Expression expression) {
        Expression inner = expression;
        while (inner instanceof Expression.Not not) {
            inner = not.operand();
        }
        return !(inner instanceof Expression.And
                || inner instanceof Expression.Or
                || inner instanceof Expression.Comparison
                || inner instanceof Expression.AnyTextEquals);
    }

    private static Operand operand(Reference reference) {
        return switch (reference) {
            case Intrinsic intrinsic -> new IntrinsicOperand(intrinsic);
            case Attribute attribute ->
                attribute
                        .shadowedBy()
                        .<Operand>map(IntrinsicOperand::new)
                        .orElseGet(() -> new AttributeOperand(attribute.scope(), attribute.name()));
        };
    }

    private static List<Condition> all(List<Expression> operands) {
        return operands.stream().map(ConditionCompiler::isTrue).toList();
    }

    private static Condition bool(Expression.Field field, boolean value) {
        Operand operand = operand(field);
        return quantified(new ValueConditions.IsBool(operand, value), operand, operand);
    }

    private static Condition comparison(Expression.Comparison c) {
        ComparisonOperator operator = c.operator();
        boolean leftNil = isNil(c.left());
        boolean rightNil = isNil(c.right());
        if (leftNil || rightNil) {
            if (leftNil && rightNil || operator.isOrdering() || operator.isRegex()) {
                return new Logic.Fixed(false);
            }
            Operand tested = operand(leftNil ? c.right() : c.left());
            return quantified(new ValueConditions.IsNil(tested, operator == ComparisonOperator.EQUAL), tested, tested);
        }
        Operand left = operand(c.left());
        if (operator.isRegex()) {
            return quantified(
                    new ValueConditions.Matches(left, regex(c.right()), operator == ComparisonOperator.NOT_MATCH),
                    left,
                    left);
        }
        Operand right = operand(c.right());
        Condition compared = ids(operator, c.left(), c.right());
        return quantified(
                compared != null ? compared : new ValueConditions.Compare(operator, left, right), left, right);
    }

    /** A comparison of an id with a constant for equality, or null when it is another one. */
    private static @Nullable Condition ids(ComparisonOperator operator, Expression left, Expression right) {
        boolean equality = operator == ComparisonOperator.EQUAL || operator == ComparisonOperator.NOT_EQUAL;
        Expression field = left instanceof Expression.Constant ? right : left;
        Expression other = left instanceof Expression.Constant ? left : right;
        return equality
                        && field instanceof Expression.Field f
                        && f.reference() instanceof Intrinsic intrinsic
                        && IdEquals.appliesTo(intrinsic)
                        && other instanceof Expression.Constant constant
                        && constant.value() instanceof Value.Text text
                ? new IdEquals(intrinsic, text.value(), operator == ComparisonOperator.NOT_EQUAL)
                : null;
    }

    private static Condition quantified(Condition condition, Operand left, Operand right) {
        Condition result = condition;
        if (left.ofLink() || right.ofLink()) {
            result = new Logic.SomeLink(result);
        }
        if (left.ofEvent() || right.ofEvent()) {
            result = new Logic.SomeEvent(result);
        }
        return result;
    }

    private static boolean isNil(Expression expression) {
        return expression instanceof Expression.Constant constant && constant.value() instanceof Value.Nil;
    }

    private static Regex regex(Expression expression) {
        if (expression instanceof Expression.Constant constant && constant.value() instanceof Value.Text text) {
            try {
                return Regex.compile(text.value());
            } catch (RegexException invalid) {
                throw new IllegalArgumentException("an unchecked tree: " + invalid.getMessage(), invalid);
            }
        }
        throw new IllegalArgumentException("an unchecked tree: a regular expression must be a text constant");
    }
}

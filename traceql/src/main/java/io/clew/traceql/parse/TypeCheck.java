package io.clew.traceql.parse;

import io.clew.traceql.ast.Attribute;
import io.clew.traceql.ast.ComparisonOperator;
import io.clew.traceql.ast.Expression;
import io.clew.traceql.ast.Intrinsic;
import io.clew.traceql.ast.QueryPrinter;
import io.clew.traceql.ast.Scope;
import io.clew.traceql.ast.Spansets;
import io.clew.traceql.ast.Type;
import io.clew.traceql.ast.Value;
import io.clew.traceql.regex.Regex;
import io.clew.traceql.regex.RegexException;

/**
 * Refuses operations whose operands, as far as known before the query runs, can never go together. Attributes may hold
 * anything; numbers, among them durations, mix freely.
 */
public final class TypeCheck {
    private final QueryText query;

    private TypeCheck(QueryText query) {
        this.query = query;
    }

    /**
     * Checks every operation of a query.
     *
     * @throws TraceqlException naming the first operation that cannot be
     */
    public static void check(QueryText query, Spansets spansets) {
        new TypeCheck(query).spansets(spansets);
    }

    private void spansets(Spansets spansets) {
        switch (spansets) {
            case Spansets.Filter filter -> {
                Type type = type(filter.condition());
                if (type != Type.BOOL && type != Type.ANY) {
                    throw query.type(
                            filter.condition().at(),
                            "a filter needs a condition, read a " + type.word(),
                            type.word(),
                            "a comparison, or an attribute that holds a bool");
                }
            }
            case Spansets.Both both -> both.parts().forEach(this::spansets);
            case Spansets.Either either -> either.parts().forEach(this::spansets);
        }
    }

    private Type type(Expression expression) {
        return switch (expression) {
            case Expression.Constant constant -> constant.value().type();
            case Expression.Field field -> field.reference() instanceof Intrinsic i ? i.type() : Type.ANY;
            case Expression.Not not -> {
                needBool(not.operand(), "!");
                yield Type.BOOL;
            }
            case Expression.Negate negate -> needNumber(negate.operand(), "-");
            case Expression.And and -> {
                and.operands().forEach(operand -> needBool(operand, "&&"));
                yield Type.BOOL;
            }
            case Expression.Or or -> {
                or.operands().forEach(operand -> needBool(operand, "||"));
                yield Type.BOOL;
            }
            case Expression.Arithmetic a -> {
                Type left = needNumber(a.left(), a.operator().text());
                Type right = needNumber(a.right(), a.operator().text());
                yield left == Type.INT && right == Type.INT ? Type.INT : Type.FLOAT;
            }
            case Expression.Comparison comparison -> {
                comparison(comparison);
                yield Type.BOOL;
            }
            case Expression.AnyTextEquals _ -> Type.BOOL;
        };
    }

    private void comparison(Expression.Comparison c) {
        Type left = type(c.left());
        Type right = type(c.right());
        ComparisonOperator operator = c.operator();
        if (operator.isRegex()) {
            regex(c, left, right);
            return;
        }
        if (left == Type.NIL || right == Type.NIL) {
            nil(c, left == Type.NIL ? c.right() : c.left());
            return;
        }
        boolean together =
                left == right || left == Type.ANY || right == Type.ANY || left.isNumber() && right.isNumber();
        if (!together) {
            throw query.type(
                    c.at(),
                    "`" + operator.text() + "` compares values of one type, read " + left.word() + " and "
                            + right.word(),
                    left.word() + " " + operator.text() + " " + right.word(),
                    "two values of type " + left.word());
        }
        if (operator.isOrdering()) {
            needOrder(c, left);
            needOrder(c, right);
        }
    }

    private void needOrder(Expression.Comparison c, Type type) {
        if (type == Type.BOOL || type == Type.STATUS || type == Type.KIND) {
            throw query.type(
                    c.at(),
                    "values of type " + type.word() + " have no order, read `"
                            + c.operator().text() + "`",
                    c.operator().text(),
                    "= or !=");
        }
    }

    private void nil(Expression.Comparison c, Expression other) {
        if (c.operator().isOrdering()) {
            throw query.type(
                    c.at(),
                    "nil has no order, read `" + c.operator().text() + "`",
                    c.operator().text(),
                    "= or !=");
        }
        if (c.operator() == ComparisonOperator.EQUAL && other instanceof Expression.Field field) {
            boolean serviceName = field.reference().equals(new Attribute(Scope.RESOURCE, "service.name"));
            if (field.reference() instanceof Intrinsic || serviceName) {
                throw query.type(
                        c.at(),
                        QueryPrinter.print(field.reference()) + " cannot be tested for being nil",
                        "= nil",
                        serviceName ? "a text" : "an attribute; absent texts of intrinsics are \"\"");
            }
        }
    }

    private void regex(Expression.Comparison c, Type left, Type right) {
        String operator = c.operator().text();
        if (left != Type.STRING && left != Type.ANY) {
            throw query.type(
                    c.at(), "`" + operator + "` matches strings, read " + left.word(), left.word(), "a string");
        }
        if (!(c.right() instanceof Expression.Constant constant) || !(constant.value() instanceof Value.Text text)) {
            throw query.type(
                    c.right().at(),
                    "`" + operator + "` needs a regular expression in quotes on its right, read "
                            + (right == Type.ANY ? "an attribute" : "a " + right.word()),
                    right.word(),
                    "a text constant");
        }
        try {
            Regex.compile(text.value());
        } catch (RegexException invalid) {
            throw query.type(
                    c.right().at(),
                    "the regular expression cannot be used: " + invalid.getMessage(),
                    text.value(),
                    "RE2 syntax");
        }
    }

    private void needBool(Expression operand, String operator) {
        Type type = type(operand);
        if (type != Type.BOOL && type != Type.ANY) {
            throw query.type(
                    operand.at(),
                    "`" + operator + "` needs conditions, read a " + type.word(),
                    type.word(),
                    "a comparison, or an attribute that holds a bool");
        }
    }

    /** The type of an operand that must be a number; a float for attributes. */
    private Type needNumber(Expression operand, String operator) {
        Type type = type(operand);
        if (type != Type.ANY && !type.isNumber()) {
            throw query.type(
                    operand.at(),
                    "`" + operator + "` needs numbers, read a " + type.word(),
                    type.word(),
                    "an int, a float, a duration or an attribute");
        }
        return type == Type.ANY ? Type.FLOAT : type;
    }
}

package io.clew.traceql.plan;

import io.clew.model.TraceId;
import io.clew.store.SpanCondition;
import io.clew.store.SpanCondition.Operator;
import io.clew.traceql.ast.AnyTextValues;
import io.clew.traceql.ast.Attribute;
import io.clew.traceql.ast.ComparisonOperator;
import io.clew.traceql.ast.Expression;
import io.clew.traceql.ast.HexId;
import io.clew.traceql.ast.Intrinsic;
import io.clew.traceql.ast.Reference;
import io.clew.traceql.ast.Spansets;
import io.clew.traceql.ast.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a store can decide of a query. The rule: every trace that the query matches has a span that satisfies the
 * condition; the condition may also be satisfied elsewhere. A filter's condition is about one span, so its conjuncts go
 * down together; what intrinsics of the trace say is about its root, another span, so that goes down alone or not at all.
 */
public final class Planner {
    private static final List<SpanCondition.Scope> SCOPES = List.of(SpanCondition.Scope.values());

    private Planner() {}

    public static Plan plan(Spansets spansets) {
        SpanCondition condition = someSpan(spansets);
        return new Plan(condition, onlyTrace(spansets), condition.equals(Conjunctions.NEVER));
    }

    private static SpanCondition someSpan(Spansets spansets) {
        return switch (spansets) {
            case Spansets.Filter filter -> someSpan(filter.condition());
            case Spansets.Both both -> {
                List<SpanCondition> parts =
                        both.parts().stream().map(Planner::someSpan).toList();
                yield parts.contains(Conjunctions.NEVER)
                        ? Conjunctions.NEVER
                        : parts.stream().reduce(Conjunctions::moreSelective).orElse(Conjunctions.ANY);
            }
            case Spansets.Either either ->
                Conjunctions.or(either.parts().stream().map(Planner::someSpan).toList());
        };
    }

    /** What some span of the trace satisfies when the expression is true of one of its spans. */
    private static SpanCondition someSpan(Expression expression) {
        SpanCondition sameSpan = whenTrue(expression);
        SpanCondition other = switch (expression) {
            case Expression.And and ->
                and.operands().stream()
                        .map(Planner::someSpan)
                        .reduce(Conjunctions::moreSelective)
                        .orElse(Conjunctions.ANY);
            case Expression.Or or ->
                Conjunctions.or(or.operands().stream().map(Planner::someSpan).toList());
            case Expression.Comparison comparison -> root(comparison);
            default -> Conjunctions.ANY;
        };
        return Conjunctions.moreSelective(sameSpan, other);
    }

    /** What the span satisfies of which the expression is true. */
    private static SpanCondition whenTrue(Expression expression) {
        return switch (expression) {
            case Expression.Constant constant ->
                constant.value().equals(new Value.Bool(true)) ? Conjunctions.ANY : Conjunctions.NEVER;
            case Expression.And and ->
                Conjunctions.and(and.operands().stream().map(Planner::whenTrue).toList());
            case Expression.Or or ->
                Conjunctions.or(or.operands().stream().map(Planner::whenTrue).toList());
            case Expression.Not not -> whenFalse(not.operand());
            case Expression.Comparison comparison -> comparison(comparison);
            case Expression.Field field -> compare(field, ComparisonOperator.EQUAL, new Value.Bool(true));
            case Expression.AnyTextEquals any -> anyText(any);
            case Expression.Negate _, Expression.Arithmetic _ -> Conjunctions.NEVER;
        };
    }

    /** What the span satisfies of which the expression is false. */
    private static SpanCondition whenFalse(Expression expression) {
        return switch (expression) {
            case Expression.Constant constant ->
                constant.value().equals(new Value.Bool(false)) ? Conjunctions.ANY : Conjunctions.NEVER;
            case Expression.Not not -> whenTrue(not.operand());
            case Expression.Field field -> compare(field, ComparisonOperator.EQUAL, new Value.Bool(false));
            case Expression.Negate _, Expression.Arithmetic _ -> Conjunctions.NEVER;
            case Expression.And _, Expression.Or _, Expression.Comparison _, Expression.AnyTextEquals _ ->
                whenNotTrue(expression);
        };
    }

    /** What the span satisfies of which the expression is false or, like an attribute that is no bool, neither. */
    private static SpanCondition whenNotTrue(Expression expression) {
        return switch (expression) {
            case Expression.Constant constant ->
                constant.value().equals(new Value.Bool(true)) ? Conjunctions.NEVER : Conjunctions.ANY;
            case Expression.And and ->
                Conjunctions.or(
                        and.operands().stream().map(Planner::whenNotTrue).toList());
            case Expression.Or or ->
                Conjunctions.and(
                        or.operands().stream().map(Planner::whenNotTrue).toList());
            case Expression.Not not -> whenNotFalse(not.operand());
            case Expression.Comparison c ->
                // Most comparisons are also false for want of a value, or because the values do not compare.
                c.left() instanceof Expression.Field field
                                && c.right() instanceof Expression.Constant constant
                                && alwaysCompares(field, constant.value())
                        ? compare(field, c.operator().negated(), constant.value())
                        : Conjunctions.ANY;
            case Expression.Field _, Expression.AnyTextEquals _, Expression.Negate _, Expression.Arithmetic _ ->
                Conjunctions.ANY;
        };
    }

    private static SpanCondition whenNotFalse(Expression expression) {
        return switch (expression) {
            case Expression.Constant constant ->
                constant.value().equals(new Value.Bool(false)) ? Conjunctions.NEVER : Conjunctions.ANY;
            case Expression.Not not -> whenNotTrue(not.operand());
            case Expression.And _, Expression.Or _, Expression.Comparison _, Expression.AnyTextEquals _ ->
                whenTrue(expression);
            case Expression.Field _, Expression.Negate _, Expression.Arithmetic _ -> Conjunctions.ANY;
        };
    }

    /** Whether every span has exactly one value, of a type that compares with the constant. */
    private static boolean alwaysCompares(Expression.Field field, Value constant) {
        return resolve(field) instanceof Intrinsic intrinsic
                && switch (intrinsic) {
                    case NAME, KIND, STATUS, STATUS_MESSAGE, SCOPE_NAME, SCOPE_VERSION ->
                        constant.type() == intrinsic.type();
                    case DURATION ->
                        constant.type().isNumber()
                                && !(constant instanceof Value.Real real && Double.isNaN(real.value()));
                    default -> false;
                };
    }

    private static SpanCondition comparison(Expression.Comparison c) {
        if (c.right() instanceof Expression.Constant constant) {
            return withConstant(c.left(), c.operator(), constant.value());
        }
        if (c.left() instanceof Expression.Constant constant && !c.operator().isRegex()) {
            return withConstant(c.right(), c.operator().flipped(), constant.value());
        }
        List<SpanCondition> needed = new ArrayList<>();
        mustExist(c.left(), needed);
        mustExist(c.right(), needed);
        return Conjunctions.and(needed);
    }

    private static SpanCondition withConstant(Expression side, ComparisonOperator operator, Value constant) {
        if (constant instanceof Value.Nil) {
            List<SpanCondition> needed = new ArrayList<>();
            if (operator == ComparisonOperator.NOT_EQUAL) {
                mustExist(side, needed);
            }
            return Conjunctions.and(needed);
        }
        if (side instanceof Expression.Field field) {
            return compare(field, operator, constant);
        }
        List<SpanCondition> needed = new ArrayList<>();
        mustExist(side, needed);
        return Conjunctions.and(needed);
    }

    /** Collects what must be there for an operand not to be nil. */
    private static void mustExist(Expression operand, List<SpanCondition> needed) {
        switch (operand) {
            case Expression.Field field -> {
                if (resolve(field) instanceof Attribute attribute) {
                    needed.add(Conjunctions.or(scopes(attribute).stream()
                            .map(scope -> ValueTests.exists(scope, attribute.name()))
                            .toList()));
                }
            }
            case Expression.Negate negate -> mustExist(negate.operand(), needed);
            case Expression.Arithmetic arithmetic -> {
                mustExist(arithmetic.left(), needed);
                mustExist(arithmetic.right(), needed);
            }
            default -> {}
        }
    }

    private static SpanCondition compare(Expression.Field field, ComparisonOperator operator, Value constant) {
        return switch (resolve(field)) {
            case Intrinsic intrinsic -> ValueTests.intrinsic(intrinsic, operator, constant);
            case Attribute attribute ->
                Conjunctions.or(scopes(attribute).stream()
                        .map(scope -> ValueTests.attribute(scope, attribute.name(), operator, constant))
                        .toList());
        };
    }

    private static List<SpanCondition.Scope> scopes(Attribute attribute) {
        return switch (attribute.scope()) {
            case UNSCOPED -> SCOPES;
            case SPAN -> List.of(SpanCondition.Scope.SPAN);
            case RESOURCE -> List.of(SpanCondition.Scope.RESOURCE);
            case EVENT -> List.of(SpanCondition.Scope.EVENT);
            case LINK -> List.of(SpanCondition.Scope.LINK);
            case INSTRUMENTATION -> List.of(SpanCondition.Scope.INSTRUMENTATION);
        };
    }

    private static Reference resolve(Expression.Field field) {
        return field.reference() instanceof Attribute attribute
                ? attribute.shadowedBy().<Reference>map(i -> i).orElse(attribute)
                : field.reference();
    }

    private static SpanCondition anyText(Expression.AnyTextEquals any) {
        List<SpanCondition> parts = new ArrayList<>();
        for (SpanCondition.Scope scope : SCOPES) {
            for (Value value : AnyTextValues.of(any.text())) {
                parts.add(ValueTests.attribute(scope, any.key(), ComparisonOperator.EQUAL, value));
            }
        }
        return Conjunctions.or(parts);
    }

    /** What a comparison of the root's name or service says about the root; nothing when it may hold without a root. */
    private static SpanCondition root(Expression.Comparison c) {
        boolean leftIsField = c.left() instanceof Expression.Field;
        Expression field = leftIsField ? c.left() : c.right();
        Expression constant = leftIsField ? c.right() : c.left();
        boolean usable = field instanceof Expression.Field f
                && (resolve(f) == Intrinsic.ROOT_NAME || resolve(f) == Intrinsic.ROOT_SERVICE)
                && constant instanceof Expression.Constant k
                && k.value() instanceof Value.Text text
                && c.operator() == ComparisonOperator.EQUAL
                && !text.value().isEmpty();
        if (!usable) {
            return Conjunctions.ANY;
        }
        Value text = ((Expression.Constant) constant).value();
        SpanCondition value = resolve((Expression.Field) field) == Intrinsic.ROOT_NAME
                ? ValueTests.intrinsic(Intrinsic.NAME, c.operator(), text)
                : ValueTests.attribute(SpanCondition.Scope.RESOURCE, "service.name", c.operator(), text);
        SpanCondition isRoot =
                new SpanCondition.Test(SpanCondition.Intrinsic.PARENT_ID, Operator.EQUAL, new SpanCondition.Int(0));
        return Conjunctions.and(List.of(value, isRoot));
    }

    private static @Nullable TraceId onlyTrace(Spansets spansets) {
        return switch (spansets) {
            case Spansets.Filter filter -> onlyTrace(filter.condition());
            case Spansets.Both both -> {
                for (Spansets part : both.parts()) {
                    TraceId id = onlyTrace(part);
                    if (id != null) {
                        yield id;
                    }
                }
                yield null;
            }
            case Spansets.Either _ -> null;
        };
    }

    private static @Nullable TraceId onlyTrace(Expression expression) {
        if (expression instanceof Expression.And and) {
            for (Expression operand : and.operands()) {
                TraceId id = onlyTrace(operand);
                if (id != null) {
                    return id;
                }
            }
        }
        if (expression instanceof Expression.Comparison c
                && c.operator() == ComparisonOperator.EQUAL
                && c.left() instanceof Expression.Field field
                && field.reference() == Intrinsic.TRACE_ID
                && c.right() instanceof Expression.Constant constant
                && constant.value() instanceof Value.Text text) {
            HexId id = HexId.parse(text.value());
            return id == null ? null : new TraceId(id.high(), id.low());
        }
        return null;
    }
}

package io.clew.traceql.plan;

import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.store.SpanCondition;
import io.clew.store.SpanCondition.Field;
import io.clew.store.SpanCondition.Operator;
import io.clew.traceql.ast.ComparisonOperator;
import io.clew.traceql.ast.HexId;
import io.clew.traceql.ast.Intrinsic;
import io.clew.traceql.ast.Type;
import io.clew.traceql.ast.Value;
import io.clew.traceql.regex.Regex;
import io.clew.traceql.regex.RegexException;
import java.util.List;

/**
 * Span conditions for "value operator constant". The evaluator compares an int with a float as floats; a store may compare
 * them exactly. The two differ from 2^53 on, so such constants go down in a form that holds of both.
 */
final class ValueTests {
    private static final double EXACT = 0x1p53;

    private ValueTests() {}

    /** For an attribute of one scope. */
    static SpanCondition attribute(SpanCondition.Scope scope, String key, ComparisonOperator operator, Value constant) {
        Field field = new SpanCondition.Attribute(scope, key);
        return switch (constant.type()) {
            // No attribute holds a status or a kind, and nothing compares with nil.
            case STATUS, KIND, NIL, ANY -> Conjunctions.NEVER;
            case STRING, BOOL -> test(field, operator, constant);
            case INT, DURATION -> {
                SpanCondition whole = test(field, operator, constant);
                long number = constant instanceof Value.Duration d ? d.nanos() : ((Value.Int) constant).value();
                yield Math.abs((double) number) < EXACT
                        ? whole
                        : Conjunctions.or(List.of(whole, test(field, operator, new Value.Real((double) number))));
            }
            case FLOAT ->
                Math.abs(((Value.Real) constant).value()) < EXACT
                        ? test(field, operator, constant)
                        : exists(scope, key);
        };
    }

    /** For an intrinsic; what the store has no field for may hold of any span. */
    static SpanCondition intrinsic(Intrinsic intrinsic, ComparisonOperator operator, Value constant) {
        boolean together = intrinsic.type() == constant.type()
                || intrinsic.type().isNumber() && constant.type().isNumber();
        if (!together) {
            return Conjunctions.NEVER;
        }
        return switch (intrinsic) {
            case NAME -> test(SpanCondition.Intrinsic.NAME, operator, constant);
            case STATUS_MESSAGE -> test(SpanCondition.Intrinsic.STATUS_MESSAGE, operator, constant);
            case DURATION ->
                constant instanceof Value.Real real && !(Math.abs(real.value()) < EXACT)
                        ? Conjunctions.ANY
                        : test(SpanCondition.Intrinsic.DURATION, operator, constant);
            case EVENT_NAME -> test(SpanCondition.Intrinsic.EVENT_NAME, operator, constant);
            case SCOPE_NAME -> test(SpanCondition.Intrinsic.SCOPE_NAME, operator, constant);
            case SCOPE_VERSION -> test(SpanCondition.Intrinsic.SCOPE_VERSION, operator, constant);
            case KIND -> kind(operator, ((Value.Kind) constant).value());
            case STATUS -> status(operator, ((Value.Status) constant).value());
            case SPAN_ID -> id(SpanCondition.Intrinsic.SPAN_ID, operator, constant);
            case PARENT_ID -> id(SpanCondition.Intrinsic.PARENT_ID, operator, constant);
            case CHILD_COUNT,
                    TRACE_ID,
                    TRACE_DURATION,
                    ROOT_NAME,
                    ROOT_SERVICE,
                    EVENT_TIME_SINCE_START,
                    LINK_TRACE_ID,
                    LINK_SPAN_ID -> Conjunctions.ANY;
        };
    }

    static SpanCondition exists(SpanCondition.Scope scope, String key) {
        return new SpanCondition.Test(
                new SpanCondition.Attribute(scope, key), Operator.EXISTS, new SpanCondition.Nothing());
    }

    private static SpanCondition test(Field field, ComparisonOperator operator, Value constant) {
        return new SpanCondition.Test(field, operator(operator), operand(operator, constant));
    }

    private static SpanCondition.Operand operand(ComparisonOperator operator, Value constant) {
        if (operator.isRegex() && constant instanceof Value.Text text) {
            try {
                return Regex.compile(text.value());
            } catch (RegexException invalid) {
                throw new IllegalArgumentException("an unchecked tree: " + invalid.getMessage(), invalid);
            }
        }
        return switch (constant) {
            case Value.Text text -> new SpanCondition.Text(text.value());
            case Value.Int number -> new SpanCondition.Int(number.value());
            case Value.Duration duration -> new SpanCondition.Int(duration.nanos());
            case Value.Real number -> new SpanCondition.Real(number.value());
            case Value.Bool bool -> new SpanCondition.Bool(bool.value());
            case Value.Nil _, Value.Status _, Value.Kind _ ->
                throw new IllegalArgumentException("has no form in a store: " + constant);
        };
    }

    /** Numbers that OTLP does not define read as unspecified, so that is every number outside 1 to 5. */
    private static SpanCondition kind(ComparisonOperator operator, SpanKind kind) {
        return kind == SpanKind.UNSPECIFIED
                ? enumeration(SpanCondition.Intrinsic.KIND, operator, SpanKind.CONSUMER.code())
                : number(SpanCondition.Intrinsic.KIND, operator(operator), kind.code());
    }

    private static SpanCondition status(ComparisonOperator operator, StatusCode code) {
        return code == StatusCode.UNSET
                ? enumeration(SpanCondition.Intrinsic.STATUS, operator, StatusCode.ERROR.code())
                : number(SpanCondition.Intrinsic.STATUS, operator(operator), code.code());
    }

    private static SpanCondition enumeration(Field field, ComparisonOperator operator, int last) {
        return operator == ComparisonOperator.EQUAL
                ? Conjunctions.or(List.of(number(field, Operator.LESS, 1), number(field, Operator.GREATER, last)))
                : Conjunctions.and(
                        List.of(number(field, Operator.GREATER_EQUAL, 1), number(field, Operator.LESS_EQUAL, last)));
    }

    private static SpanCondition id(Field field, ComparisonOperator operator, Value constant) {
        if (operator != ComparisonOperator.EQUAL || constant.type() != Type.STRING) {
            return Conjunctions.ANY;
        }
        HexId id = HexId.parse(((Value.Text) constant).value());
        return id == null || id.high() != 0 ? Conjunctions.NEVER : number(field, Operator.EQUAL, id.low());
    }

    private static SpanCondition number(Field field, Operator operator, long value) {
        return new SpanCondition.Test(field, operator, new SpanCondition.Int(value));
    }

    private static Operator operator(ComparisonOperator operator) {
        return switch (operator) {
            case EQUAL -> Operator.EQUAL;
            case NOT_EQUAL -> Operator.NOT_EQUAL;
            case LESS -> Operator.LESS;
            case LESS_EQUAL -> Operator.LESS_EQUAL;
            case GREATER -> Operator.GREATER;
            case GREATER_EQUAL -> Operator.GREATER_EQUAL;
            case MATCH -> Operator.MATCH;
            case NOT_MATCH -> Operator.NOT_MATCH;
        };
    }
}

package io.clew.traceql.plan;

import io.clew.store.SpanCondition;

/**
 * A guess at the share of spans, 0 to 1, that satisfy a condition. Only compared with other guesses, to choose which of
 * two conditions to push down.
 */
final class Selectivity {
    private Selectivity() {}

    static double of(SpanCondition condition) {
        return switch (condition) {
            case SpanCondition.Any _ -> 1;
            case SpanCondition.And and ->
                and.parts().stream().mapToDouble(Selectivity::of).reduce(1, (a, b) -> a * b);
            case SpanCondition.Or or ->
                Math.min(1, or.parts().stream().mapToDouble(Selectivity::of).sum());
            case SpanCondition.Test test -> of(test);
        };
    }

    private static double of(SpanCondition.Test test) {
        return switch (test.operator()) {
            case EQUAL -> equal(test);
            case NOT_EQUAL, NOT_MATCH -> 0.9;
            case LESS, LESS_EQUAL, GREATER, GREATER_EQUAL -> 0.3;
            case MATCH -> 0.2;
            case EXISTS -> 0.5;
        };
    }

    private static double equal(SpanCondition.Test test) {
        return switch (test.field()) {
            case SpanCondition.Attribute attribute -> attribute.scope() == SpanCondition.Scope.RESOURCE ? 0.1 : 0.01;
            case SpanCondition.Intrinsic intrinsic ->
                switch (intrinsic) {
                    case SPAN_ID -> 1e-9;
                    case PARENT_ID -> 1e-3;
                    case KIND -> 0.3;
                    case STATUS -> 0.5;
                    case SCOPE_NAME, SCOPE_VERSION -> 0.3;
                    case NAME, STATUS_MESSAGE, DURATION, EVENT_NAME -> 0.02;
                };
        };
    }
}

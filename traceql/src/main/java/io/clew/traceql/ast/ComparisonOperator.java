package io.clew.traceql.ast;

/** How two values are compared. */
public enum ComparisonOperator {
    EQUAL("="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_EQUAL("<="),
    GREATER(">"),
    GREATER_EQUAL(">="),
    MATCH("=~"),
    NOT_MATCH("!~");

    private final String text;

    ComparisonOperator(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    public boolean isOrdering() {
        return this == LESS || this == LESS_EQUAL || this == GREATER || this == GREATER_EQUAL;
    }

    public boolean isRegex() {
        return this == MATCH || this == NOT_MATCH;
    }

    /** The operator that says the same with the sides exchanged. Not for regexes. */
    public ComparisonOperator flipped() {
        return switch (this) {
            case LESS -> GREATER;
            case LESS_EQUAL -> GREATER_EQUAL;
            case GREATER -> LESS;
            case GREATER_EQUAL -> LESS_EQUAL;
            default -> this;
        };
    }

    /** The operator that holds between two comparable single values exactly when this does not; NaN aside. */
    public ComparisonOperator negated() {
        return switch (this) {
            case EQUAL -> NOT_EQUAL;
            case NOT_EQUAL -> EQUAL;
            case LESS -> GREATER_EQUAL;
            case LESS_EQUAL -> GREATER;
            case GREATER -> LESS_EQUAL;
            case GREATER_EQUAL -> LESS;
            case MATCH -> NOT_MATCH;
            case NOT_MATCH -> MATCH;
        };
    }
}

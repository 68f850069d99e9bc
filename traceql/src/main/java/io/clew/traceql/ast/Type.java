package io.clew.traceql.ast;

/** What is known of a value before the query runs. */
public enum Type {
    /** An attribute: known only when it is read. */
    ANY("attribute"),
    NIL("nil"),
    INT("int"),
    FLOAT("float"),
    DURATION("duration"),
    STRING("string"),
    BOOL("bool"),
    STATUS("status"),
    KIND("kind");

    private final String word;

    Type(String word) {
        this.word = word;
    }

    /** The word that errors and documentation use. */
    public String word() {
        return word;
    }

    /** Int, float and duration mix freely. */
    public boolean isNumber() {
        return this == INT || this == FLOAT || this == DURATION;
    }
}

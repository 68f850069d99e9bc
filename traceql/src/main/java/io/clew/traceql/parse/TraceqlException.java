package io.clew.traceql.parse;

import org.jspecify.annotations.Nullable;

/** A query that cannot be run as written: what is wrong, where, and what would be right. */
public final class TraceqlException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What is wrong with the query. */
    public enum Reason {
        /** Not the language. */
        SYNTAX,
        /** Operand types that can never go together. */
        TYPE,
        /** Part of the language that this version does not run. */
        UNSUPPORTED,
        /** Too long or too deep. */
        LIMIT
    }

    private final Reason reason;
    private final int line;
    private final int column;
    private final String problem;
    private final @Nullable String read;
    private final @Nullable String expected;
    private final @Nullable String hint;
    private final String caret;

    TraceqlException(
            Reason reason,
            int line,
            int column,
            String problem,
            @Nullable String read,
            @Nullable String expected,
            @Nullable String hint,
            String caret) {
        super("line " + line + ", column " + column + ": " + problem + (hint == null ? "" : "; " + hint));
        this.reason = reason;
        this.line = line;
        this.column = column;
        this.problem = problem;
        this.read = read;
        this.expected = expected;
        this.hint = hint;
        this.caret = caret;
    }

    public Reason reason() {
        return reason;
    }

    /** From 1. */
    public int line() {
        return line;
    }

    /** From 1, in Unicode code points. */
    public int column() {
        return column;
    }

    /** What is wrong, without the place. */
    public String problem() {
        return problem;
    }

    /** What stands at the place, as written; null when the problem is not one token. */
    public @Nullable String read() {
        return read;
    }

    public @Nullable String expected() {
        return expected;
    }

    /** A suggestion, a clause without a full stop. */
    public @Nullable String hint() {
        return hint;
    }

    /** Two lines: the query's line (a part of it when it is long) and a caret under the place. */
    public String caret() {
        return caret;
    }
}

package io.clew.traceql.ast;

import java.util.Locale;

/** Where the attribute of a name stands. */
public enum Scope {
    /** Not said: {@code .x}. The first that has it of span, resource, events, links, instrumentation scope. */
    UNSCOPED,
    SPAN,
    RESOURCE,
    EVENT,
    LINK,
    INSTRUMENTATION;

    /** What stands before the name: {@code span.}, or just the dot. */
    public String prefix() {
        return this == UNSCOPED ? "." : name().toLowerCase(Locale.ROOT) + ".";
    }
}

package io.clew.traceql.eval;

/** What holds of a span or does not. For one thread. */
interface Condition {
    /** Resolves what is the same for all spans of a trace. */
    void bind(TraceBinding binding);

    /** Whether it holds; only after {@link #bind}. */
    boolean test(int span);
}

package io.clew.traceql.eval;

/** A value that depends on the span. For one thread. */
abstract class Operand {
    /** Whether it reads the event, or the link, that the binding points at. */
    boolean ofEvent() {
        return false;
    }

    boolean ofLink() {
        return false;
    }

    /** Resolves what is the same for all spans of a trace. */
    abstract void bind(TraceBinding binding);

    /** Writes the span's value; only after {@link #bind}. */
    abstract void read(int span, Slot out);
}

package io.clew.traceql.eval;

import io.clew.model.SpanBatch;
import io.clew.model.Trace;
import io.clew.model.TraceId;

/** What operands are bound to before their first trace. */
final class Unbound {
    static final TraceBinding BINDING = new TraceBinding(new Trace(new TraceId(0, 0), new SpanBatch()));

    private Unbound() {}
}

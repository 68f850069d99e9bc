package io.clew.traceql.eval;

import io.clew.traceql.ast.HexId;
import io.clew.traceql.ast.Intrinsic;

/**
 * An id intrinsic equals, or does not equal, a constant. Ids compare as numbers: case and leading zeros do not matter;
 * the empty text is no id. A constant that is no id equals none.
 */
final class IdEquals implements Condition {
    private final Intrinsic intrinsic;
    private final boolean isId;
    private final long high;
    private final long low;
    private final boolean negated;
    private TraceBinding binding = Unbound.BINDING;

    IdEquals(Intrinsic intrinsic, String constant, boolean negated) {
        this.intrinsic = intrinsic;
        HexId id = HexId.parse(constant);
        boolean wide = intrinsic == Intrinsic.TRACE_ID || intrinsic == Intrinsic.LINK_TRACE_ID;
        isId = id != null && (wide || id.high() == 0);
        high = id == null ? 0 : id.high();
        low = id == null ? 0 : id.low();
        this.negated = negated;
    }

    static boolean appliesTo(Intrinsic intrinsic) {
        return switch (intrinsic) {
            case SPAN_ID, PARENT_ID, TRACE_ID, LINK_TRACE_ID, LINK_SPAN_ID -> true;
            default -> false;
        };
    }

    @Override
    public void bind(TraceBinding to) {
        binding = to;
    }

    @Override
    public boolean test(int span) {
        return (isId && equal(span)) != negated;
    }

    private boolean equal(int span) {
        return switch (intrinsic) {
            case SPAN_ID -> binding.spans.spanId(span) == low;
            case PARENT_ID -> binding.spans.parentSpanId(span) == low;
            case TRACE_ID ->
                binding.trace.id().high() == high && binding.trace.id().low() == low;
            case LINK_TRACE_ID ->
                binding.spans.linkTraceIdHigh(binding.link) == high
                        && binding.spans.linkTraceIdLow(binding.link) == low;
            case LINK_SPAN_ID -> binding.spans.linkSpanId(binding.link) == low;
            default -> throw new IllegalStateException(intrinsic.text());
        };
    }
}

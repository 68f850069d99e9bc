package io.clew.traceql.eval;

import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.traceql.ast.Intrinsic;

/** An intrinsic. */
final class IntrinsicOperand extends Operand {
    private static final byte[] DIGITS = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    private final Intrinsic intrinsic;
    private final byte[] hex = new byte[32];
    private TraceBinding binding = Unbound.BINDING;

    IntrinsicOperand(Intrinsic intrinsic) {
        this.intrinsic = intrinsic;
    }

    @Override
    boolean ofEvent() {
        return intrinsic.isOfEvent();
    }

    @Override
    boolean ofLink() {
        return intrinsic.isOfLink();
    }

    @Override
    void bind(TraceBinding to) {
        binding = to;
    }

    @Override
    void read(int span, Slot out) {
        SpanBatch spans = binding.spans;
        switch (intrinsic) {
            case NAME -> out.text(binding.dictionary, spans.name(span));
            case KIND -> out.number(Slot.KIND, SpanKind.of(spans.kind(span)).code());
            case STATUS ->
                out.number(Slot.STATUS, StatusCode.of(spans.statusCode(span)).code());
            case STATUS_MESSAGE -> out.text(binding.dictionary, spans.statusMessage(span));
            case DURATION -> out.number(Slot.DURATION, spans.duration(span));
            case SPAN_ID -> spanId(spans.spanId(span), out);
            case PARENT_ID -> spanId(spans.parentSpanId(span), out);
            case CHILD_COUNT -> out.number(Slot.INT, binding.childCount(span));
            case TRACE_ID ->
                traceId(binding.trace.id().high(), binding.trace.id().low(), out);
            case TRACE_DURATION -> out.number(Slot.DURATION, binding.trace.duration());
            case ROOT_NAME -> out.text(binding.dictionary, binding.root < 0 ? 0 : spans.name(binding.root));
            case ROOT_SERVICE -> out.text(binding.dictionary, binding.rootService);
            case EVENT_NAME -> out.text(binding.dictionary, spans.eventName(binding.event));
            case EVENT_TIME_SINCE_START -> {
                if (spans.validStart(span) && spans.eventTime(binding.event) > 0) {
                    out.number(Slot.DURATION, spans.eventTime(binding.event) - spans.start(span));
                } else {
                    out.nil();
                }
            }
            case LINK_TRACE_ID -> traceId(spans.linkTraceIdHigh(binding.link), spans.linkTraceIdLow(binding.link), out);
            case LINK_SPAN_ID -> spanId(spans.linkSpanId(binding.link), out);
            case SCOPE_NAME -> out.text(binding.dictionary, spans.scopeName(spans.scope(span)));
            case SCOPE_VERSION -> out.text(binding.dictionary, spans.scopeVersion(spans.scope(span)));
        }
    }

    /** 16 digits; the empty text for 0, which stands for no id. */
    private void spanId(long id, Slot out) {
        digits(id, 0);
        out.text(hex);
        out.length = id == 0 ? 0 : 16;
    }

    private void traceId(long high, long low, Slot out) {
        digits(high, 0);
        digits(low, 16);
        out.text(hex);
        out.length = (high | low) == 0 ? 0 : 32;
    }

    private void digits(long value, int from) {
        long rest = value;
        for (int i = from + 15; i >= from; i--) {
            hex[i] = DIGITS[(int) (rest & 15)];
            rest >>>= 4;
        }
    }
}

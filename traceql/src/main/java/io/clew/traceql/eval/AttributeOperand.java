package io.clew.traceql.eval;

import io.clew.model.AttributeTable;
import io.clew.model.SpanBatch;
import io.clew.traceql.ast.Scope;
import java.nio.charset.StandardCharsets;

/** An attribute. An unscoped one is that of the first level that has it; events and links then give all their values. */
final class AttributeOperand extends Operand {
    private final Scope scope;
    private final byte[] name;
    private TraceBinding binding = Unbound.BINDING;
    /** Dictionary id of the name; -1 when no attribute of the trace has it. */
    private int key;

    AttributeOperand(Scope scope, String name) {
        this.scope = scope;
        this.name = name.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    boolean ofEvent() {
        return scope == Scope.EVENT;
    }

    @Override
    boolean ofLink() {
        return scope == Scope.LINK;
    }

    @Override
    void bind(TraceBinding to) {
        binding = to;
        key = to.dictionary.find(name);
    }

    @Override
    void read(int span, Slot out) {
        out.nil();
        if (key < 0) {
            return;
        }
        SpanBatch spans = binding.spans;
        switch (scope) {
            case SPAN -> collect(spans.spanAttributes(), span, out);
            case RESOURCE -> collect(spans.resourceAttributes(), spans.resource(span), out);
            case INSTRUMENTATION -> collect(spans.scopeAttributes(), spans.scope(span), out);
            case EVENT -> collect(spans.eventAttributes(), binding.event, out);
            case LINK -> collect(spans.linkAttributes(), binding.link, out);
            case UNSCOPED -> {
                collect(spans.spanAttributes(), span, out);
                if (out.type == Slot.NIL) {
                    collect(spans.resourceAttributes(), spans.resource(span), out);
                }
                if (out.type == Slot.NIL) {
                    for (int event = spans.eventsFrom(span), to = spans.eventsTo(span); event < to; event++) {
                        collect(spans.eventAttributes(), event, out);
                    }
                }
                if (out.type == Slot.NIL) {
                    for (int link = spans.linksFrom(span), to = spans.linksTo(span); link < to; link++) {
                        collect(spans.linkAttributes(), link, out);
                    }
                }
                if (out.type == Slot.NIL) {
                    collect(spans.scopeAttributes(), spans.scope(span), out);
                }
            }
        }
    }

    private void collect(AttributeTable table, int owner, Slot out) {
        for (int entry = table.from(owner), end = table.to(owner); entry < end; entry++) {
            if (table.key(entry) == key) {
                out.add(table, entry, binding.dictionary);
            }
        }
    }
}

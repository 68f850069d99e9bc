package io.clew.traceql.eval;

import io.clew.traceql.ast.Value;

/** The same value everywhere. Can be read without being bound. */
final class ConstantOperand extends Operand {
    private final Slot value = new Slot();

    ConstantOperand(Value constant) {
        value.set(constant);
    }

    @Override
    void bind(TraceBinding binding) {
        if (value.type == Slot.TEXT) {
            int id = binding.dictionary.find(value.bytes, value.offset, value.length);
            value.id = id < 0 ? Slot.ABSENT : id;
        }
    }

    @Override
    void read(int span, Slot out) {
        out.copyFrom(value);
    }
}

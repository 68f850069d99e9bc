package io.clew.traceql.eval;

import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.ByteDictionary;
import io.clew.model.ValueType;
import io.clew.traceql.ast.Value;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A place that operands write their value into, reused from span to span. Holds one value, or several when a name stands
 * for several: an array, a repeated key, or an unscoped name found in several events or links.
 */
final class Slot {
    static final byte NIL = 0;
    static final byte INT = 1;
    static final byte REAL = 2;
    static final byte DURATION = 3;
    static final byte BOOL = 4;
    static final byte TEXT = 5;
    static final byte STATUS = 6;
    static final byte KIND = 7;
    /** There is a value, but of a kind that compares with nothing: bytes, a map, an array in an array. */
    static final byte OTHER = 8;
    /** {@link #count} values in {@link #many}. */
    static final byte MANY = 9;

    /** A text of which it is not known whether the trace's dictionary has it. */
    static final int UNKNOWN = -1;
    /** A text that the trace's dictionary does not have. */
    static final int ABSENT = -2;

    private static final Slot[] NONE = {};

    byte type;
    /** Int and duration: the number. Real: its bits. Bool: 0 or 1. Status and kind: the code. */
    long bits;
    /** Of a text: its id in the trace's dictionary, {@link #UNKNOWN} or {@link #ABSENT}. */
    int id;

    byte[] bytes = {};
    int offset;
    int length;
    Slot[] many = NONE;
    int count;

    void nil() {
        type = NIL;
    }

    void number(byte numberType, long value) {
        type = numberType;
        bits = value;
    }

    void real(double value) {
        type = REAL;
        bits = Double.doubleToRawLongBits(value);
    }

    void bool(boolean value) {
        type = BOOL;
        bits = value ? 1 : 0;
    }

    void text(ByteDictionary dictionary, int textId) {
        type = TEXT;
        id = textId;
        bytes = dictionary.array();
        offset = dictionary.offset(textId);
        length = dictionary.length(textId);
    }

    void text(byte[] utf8) {
        type = TEXT;
        id = UNKNOWN;
        bytes = utf8;
        offset = 0;
        length = utf8.length;
    }

    void set(Value value) {
        switch (value) {
            case Value.Nil _ -> nil();
            case Value.Text text -> text(text.value().getBytes(StandardCharsets.UTF_8));
            case Value.Int number -> number(INT, number.value());
            case Value.Real number -> real(number.value());
            case Value.Bool bool -> bool(bool.value());
            case Value.Duration duration -> number(DURATION, duration.nanos());
            case Value.Status status -> number(STATUS, status.value().code());
            case Value.Kind kind -> number(KIND, kind.value().code());
        }
    }

    void copyFrom(Slot other) {
        type = other.type;
        bits = other.bits;
        id = other.id;
        bytes = other.bytes;
        offset = other.offset;
        length = other.length;
        many = other.many;
        count = other.count;
    }

    /** Adds the value of an attribute to those here, if any. Empty values are none. */
    void add(AttributeTable table, int entry, ByteDictionary dictionary) {
        byte valueType = table.type(entry);
        if (valueType == ValueType.EMPTY) {
            return;
        }
        if (valueType == ValueType.ARRAY) {
            AttributeValue.Array array = (AttributeValue.Array) AttributeValue.of(table, entry, dictionary);
            beginMany();
            for (AttributeValue element : array.elements()) {
                if (!(element instanceof AttributeValue.Empty)) {
                    another().element(element);
                }
            }
            return;
        }
        Slot target = this;
        if (type != NIL) {
            beginMany();
            target = another();
        }
        long value = table.value(entry);
        switch (valueType) {
            case ValueType.STRING -> target.text(dictionary, (int) value);
            case ValueType.BOOL -> target.bool(value != 0);
            case ValueType.INT -> target.number(INT, value);
            case ValueType.DOUBLE -> target.number(REAL, value);
            default -> target.type = OTHER;
        }
    }

    private void element(AttributeValue value) {
        switch (value) {
            case AttributeValue.Text text -> text(text.value().getBytes(StandardCharsets.UTF_8));
            case AttributeValue.Bool bool -> bool(bool.value());
            case AttributeValue.Int number -> number(INT, number.value());
            case AttributeValue.Real number -> real(number.value());
            default -> type = OTHER;
        }
    }

    /** Becomes a slot of several values, the present one, if any, being the first. */
    private void beginMany() {
        if (type == MANY) {
            return;
        }
        boolean had = type != NIL;
        count = 0;
        if (had) {
            Slot first = another();
            Slot[] own = first.many;
            first.copyFrom(this);
            first.many = own;
        }
        type = MANY;
    }

    private Slot another() {
        if (count == many.length) {
            many = Arrays.copyOf(many, Math.max(4, count * 2));
        }
        if (many[count] == null) {
            many[count] = new Slot();
        }
        return many[count++];
    }
}

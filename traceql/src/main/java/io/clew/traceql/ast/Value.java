package io.clew.traceql.ast;

import io.clew.model.SpanKind;
import io.clew.model.StatusCode;

/** A constant of a query. */
public sealed interface Value {
    record Nil() implements Value {}

    record Text(String value) implements Value {}

    record Int(long value) implements Value {}

    record Real(double value) implements Value {}

    record Bool(boolean value) implements Value {}

    /** A length of time in nanoseconds. */
    record Duration(long nanos) implements Value {}

    record Status(StatusCode value) implements Value {}

    record Kind(SpanKind value) implements Value {}

    default Type type() {
        return switch (this) {
            case Nil _ -> Type.NIL;
            case Text _ -> Type.STRING;
            case Int _ -> Type.INT;
            case Real _ -> Type.FLOAT;
            case Bool _ -> Type.BOOL;
            case Duration _ -> Type.DURATION;
            case Status _ -> Type.STATUS;
            case Kind _ -> Type.KIND;
        };
    }
}

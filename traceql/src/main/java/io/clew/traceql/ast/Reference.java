package io.clew.traceql.ast;

/** A name that stands for a value of the span, of its trace, or of one of its events or links. */
public sealed interface Reference permits Attribute, Intrinsic {}

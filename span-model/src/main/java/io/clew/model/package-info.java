/**
 * The span model: columns of spans ({@link io.clew.model.SpanBatch}), ids, attribute values, whole traces, and the
 * {@link io.clew.model.RequestDecoder} through which wire formats become columns.
 */
@NullMarked
package io.clew.model;

import org.jspecify.annotations.NullMarked;

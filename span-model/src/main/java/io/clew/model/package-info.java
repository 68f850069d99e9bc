/** The span model: batches of spans as columns, ids, attribute values and the trace tree. */
@NullMarked
package io.clew.model;

import org.jspecify.annotations.NullMarked;

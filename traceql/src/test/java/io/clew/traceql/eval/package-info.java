/** Tests of {@code io.clew.traceql.eval}. */
@NullMarked
package io.clew.traceql.eval;

import org.jspecify.annotations.NullMarked;

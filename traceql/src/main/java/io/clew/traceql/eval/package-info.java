/** Decides which spans of an assembled trace a query matches. */
@NullMarked
package io.clew.traceql.eval;

import org.jspecify.annotations.NullMarked;

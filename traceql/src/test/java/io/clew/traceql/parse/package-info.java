/** Tests of {@code io.clew.traceql.parse}. */
@NullMarked
package io.clew.traceql.parse;

import org.jspecify.annotations.NullMarked;

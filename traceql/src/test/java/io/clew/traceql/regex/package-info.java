/** Tests of {@code io.clew.traceql.regex}. */
@NullMarked
package io.clew.traceql.regex;

import org.jspecify.annotations.NullMarked;

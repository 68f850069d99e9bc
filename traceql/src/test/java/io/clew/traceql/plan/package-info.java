/** Tests of {@code io.clew.traceql.plan}. */
@NullMarked
package io.clew.traceql.plan;

import org.jspecify.annotations.NullMarked;

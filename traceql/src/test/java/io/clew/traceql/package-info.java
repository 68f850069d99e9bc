/** Tests of the query language and its engine. */
@NullMarked
package io.clew.traceql;

import org.jspecify.annotations.NullMarked;

/** What of a query a store can answer: span conditions that never miss. */
@NullMarked
package io.clew.traceql.plan;

import org.jspecify.annotations.NullMarked;

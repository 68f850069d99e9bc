/** The syntax tree of a query: what the parser builds, code may build, and evaluator and planner read. */
@NullMarked
package io.clew.traceql.ast;

import org.jspecify.annotations.NullMarked;

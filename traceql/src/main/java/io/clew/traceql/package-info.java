/** TraceQL: lexer, parser, type check, plan, and the engine that runs over a store's reader. */
@NullMarked
package io.clew.traceql;

import org.jspecify.annotations.NullMarked;

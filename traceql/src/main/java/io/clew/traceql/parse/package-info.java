/** From query text to syntax tree: lexer, parser, type check, and the error that names the spot. */
@NullMarked
package io.clew.traceql.parse;

import org.jspecify.annotations.NullMarked;

/** Regular expressions of queries: RE2 syntax over whole UTF-8 values. */
@NullMarked
package io.clew.traceql.regex;

import org.jspecify.annotations.NullMarked;

/** What the tests share: a naive engine over plain objects, and generators of queries. */
@NullMarked
package io.clew.traceql.kit;

import org.jspecify.annotations.NullMarked;

/** Spans out of a store and into another one, in every format, are the same spans. */
@NullMarked
package io.clew.server.exchange;

import org.jspecify.annotations.NullMarked;

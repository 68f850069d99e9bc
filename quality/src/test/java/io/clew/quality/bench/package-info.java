/** {@code ./clew bench}: the server as its own process under the reference load, beside Zipkin's under the same spans. */
@NullMarked
package io.clew.quality.bench;

import org.jspecify.annotations.NullMarked;

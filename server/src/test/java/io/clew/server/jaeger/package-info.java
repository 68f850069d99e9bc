/** Tests of this API, over real sockets. */
@NullMarked
package io.clew.server.jaeger;

import org.jspecify.annotations.NullMarked;

/** Tests of this API, over real sockets. */
@NullMarked
package io.clew.server.api;

import org.jspecify.annotations.NullMarked;

/** Tests of whole servers, over real sockets. */
@NullMarked
package io.clew.server.life;

import org.jspecify.annotations.NullMarked;

/** Tests of the OTLP doors, over real sockets. */
@NullMarked
package io.clew.server.otlp;

import org.jspecify.annotations.NullMarked;

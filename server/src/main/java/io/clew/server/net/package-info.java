/** Addresses: where the doors listen, what a tracer must be given, and who holds a port that is taken. */
@NullMarked
package io.clew.server.net;

import org.jspecify.annotations.NullMarked;

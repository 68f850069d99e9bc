/** From the bytes of a request to spans kept: bounded reading, decoding off the event loops, appending. */
@NullMarked
package io.clew.server.intake;

import org.jspecify.annotations.NullMarked;

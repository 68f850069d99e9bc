/** The real server as its own process, killed at random moments and at named places, and what a client then finds. */
@NullMarked
package io.clew.quality.crash;

import org.jspecify.annotations.NullMarked;

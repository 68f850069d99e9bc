/** The commands of {@code clew store}: checking and mending a data directory while no server runs on it. */
@NullMarked
package io.clew.server.store;

import org.jspecify.annotations.NullMarked;

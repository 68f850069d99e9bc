/** The commands that check a data directory. */
@NullMarked
package io.clew.server.store;

import org.jspecify.annotations.NullMarked;

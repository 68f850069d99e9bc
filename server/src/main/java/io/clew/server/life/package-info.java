/** The life of the process: its data directory, its doors, its start and its stop. */
@NullMarked
package io.clew.server.life;

import org.jspecify.annotations.NullMarked;

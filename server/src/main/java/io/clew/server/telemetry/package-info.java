/** What the server counts and measures about itself. */
@NullMarked
package io.clew.server.telemetry;

import org.jspecify.annotations.NullMarked;

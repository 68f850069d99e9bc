/** Tests of how queries are answered. */
@NullMarked
package io.clew.server.telemetry;

import org.jspecify.annotations.NullMarked;

/** Tests of what a running server tells of itself. */
@NullMarked
package io.clew.server.telemetry;

import org.jspecify.annotations.NullMarked;

package io.clew.server.telemetry;

import io.clew.analysis.LiveCells;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How live analysis is.
 *
 * @param on whether it is switched on
 * @param cells what it keeps
 * @param behindSince since when it has not come to the end of a turn of work, for {@code trouble}; null when all is well
 * @param trouble what the latest turn failed with
 */
public record LiveState(
        boolean on,
        LiveCells.State cells,
        @Nullable Instant behindSince,
        @Nullable String trouble) {}

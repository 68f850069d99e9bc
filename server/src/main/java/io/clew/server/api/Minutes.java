package io.clew.server.api;

import io.clew.analysis.cell.Cell;
import io.clew.server.query.Parameters;
import io.clew.server.query.Problem;
import io.clew.store.Window;
import java.time.Instant;

/**
 * The range of an analysis, in whole minutes since 1970: what {@code start} and {@code end} lie in and all between. Without
 * an end it ends now, without a start it is an hour long.
 *
 * @param last inclusive
 */
record Minutes(long first, long last) {
    private static final long AN_HOUR = 60;
    private static final long NANOS_PER_MILLI = 1_000_000;

    static Minutes read(Parameters parameters) throws Problem {
        Window window = Windows.read(parameters);
        long end = window.to() == Window.ALL.to() ? Instant.now().toEpochMilli() * NANOS_PER_MILLI : window.to();
        long last = Math.floorDiv(end, Cell.MINUTE);
        if (window.from() == Window.ALL.from()) {
            return new Minutes(last - AN_HOUR + 1, last);
        }
        return new Minutes(Math.min(last, Math.floorDiv(window.from(), Cell.MINUTE)), last);
    }

    /** Epoch nanoseconds. */
    long from() {
        return first * Cell.MINUTE;
    }

    /** Epoch nanoseconds, exclusive. */
    long to() {
        return (last + 1) * Cell.MINUTE;
    }

    long count() {
        return last - first + 1;
    }
}

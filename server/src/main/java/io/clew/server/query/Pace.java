package io.clew.server.query;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How slowly a client may read a long answer: it is given up when it takes nothing for {@link #PATIENCE}, or when it has on
 * average read less than {@link #BYTES_PER_SECOND} over {@link #CREDIT}. Only the time counts in which the client was waited
 * for. For one thread.
 */
final class Pace implements StreamedBody.Patience {
    static final Duration PATIENCE = Duration.ofMinutes(1);
    static final int BYTES_PER_SECOND = 64 << 10;
    static final Duration CREDIT = Duration.ofMinutes(10);

    private final LongSupplier clock;
    /** How far behind the pace the client may still fall, nanoseconds. */
    private long credit = CREDIT.toNanos();

    /** @param clock nanoseconds, as of {@link System#nanoTime} */
    Pace(LongSupplier clock) {
        this.clock = clock;
    }

    @Override
    public long deadline() {
        return clock.getAsLong() + Math.min(PATIENCE.toNanos(), credit);
    }

    @Override
    public void taken(int bytes, long waited) {
        long due = Math.round(bytes * 1e9 / BYTES_PER_SECOND);
        credit = Math.clamp(credit + due - waited, 0, CREDIT.toNanos());
    }
}

package io.clew.store.kit;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until it is set. Thread-safe. */
public final class SetClock extends Clock {
    private volatile long nanos;

    /** Starts at this moment, epoch nanoseconds. */
    public SetClock(long nanos) {
        this.nanos = nanos;
    }

    public void set(long moment) {
        nanos = moment;
    }

    /** Epoch nanoseconds. */
    public long nanos() {
        return nanos;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochSecond(0, nanos);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}

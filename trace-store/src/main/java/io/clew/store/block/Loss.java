package io.clew.store.block;

import io.clew.store.DamagedException;
import java.io.IOException;
import java.time.Clock;

/**
 * How long something that could not be read counts as lost: for ever when its bytes are not what was written, for
 * {@value #PAUSE} ms when the disk failed, which may pass. So a failing disk is asked once a pause, not once a question.
 *
 * @param at when the disk failed, epoch milliseconds; {@link Long#MAX_VALUE} for wrong bytes
 */
record Loss(long at) {
    static final long PAUSE = 1_000;
    static final Loss FOR_EVER = new Loss(Long.MAX_VALUE);

    static Loss of(DamagedException unreadable, Clock clock) {
        return unreadable.getCause() instanceof IOException ? passing(clock) : FOR_EVER;
    }

    static Loss passing(Clock clock) {
        return new Loss(clock.millis());
    }

    /** The loss of both: it holds as long as each does. */
    Loss or(Loss other) {
        return at <= other.at ? this : other;
    }

    /** Whether there is no use in reading it again yet. A clock that was set ends the pause. */
    boolean holds(Clock clock) {
        return at == Long.MAX_VALUE || Math.abs(clock.millis() - at) < PAUSE;
    }
}

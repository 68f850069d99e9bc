package io.clew.analysis;

import java.util.TreeSet;
import java.util.function.LongConsumer;

/**
 * The minutes a trace may have been anchored in since the arrivals noted began: where it was before, and, as its anchor only
 * moves back, those of arrived spans that are not after.
 */
final class Anchors {
    private final long noted;
    private long before = Long.MAX_VALUE;
    private final TreeSet<Long> arrived = new TreeSet<>();

    /** @param noted when the first of its noted spans was received, epoch nanoseconds */
    Anchors(long noted) {
        this.noted = noted;
    }

    /** A span of it starts in this minute. */
    void add(long minute, long receivedAt) {
        if (receivedAt < noted) {
            before = Math.min(before, minute);
        } else {
            arrived.add(minute);
        }
    }

    void forEach(LongConsumer to) {
        arrived.headSet(before, true).forEach(to::accept);
        if (before != Long.MAX_VALUE) {
            to.accept(before);
        }
    }
}

package io.clew.store;

import java.time.Duration;

/** Outcome of an append. Only {@link Stored} may be acknowledged to the sender as success. */
public sealed interface AppendResult {
    /**
     * Durable and visible.
     *
     * @param sequence the log sequence number of the request; later appends have larger ones
     * @param stored spans newly stored
     * @param repeated spans that were stored already
     */
    record Stored(long sequence, int stored, int repeated) implements AppendResult {}

    /** Too much is waiting to be flushed; nothing was stored, the sender may retry. */
    record Busy(Duration retryAfter) implements AppendResult {}

    /** No room on the disk; nothing was stored, the sender may retry, the store recovers by itself. */
    record DiskFull(String message, Duration retryAfter) implements AppendResult {}

    /** Writing or fsync failed; the spans may or may not be found after a restart. The sender may retry. */
    record Failed(String message) implements AppendResult {}
}

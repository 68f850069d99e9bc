package io.clew.store.block;

/**
 * What a block holds. Times are epoch nanoseconds, {@link io.clew.model.SpanBatch#NO_TIME} when there is none.
 *
 * @param spans rows
 * @param traces entries of the directory
 * @param minStart smallest start of its traces, as known when it was written
 * @param maxEnd largest end of its traces, as known when it was written
 * @param firstArrival smallest receive time of its spans
 * @param lastArrival largest receive time of its spans
 * @param bytes length of the file
 */
public record BlockMeta(
        long spans, long traces, long minStart, long maxEnd, long firstArrival, long lastArrival, long bytes) {}

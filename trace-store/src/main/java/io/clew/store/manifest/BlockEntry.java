package io.clew.store.manifest;

import io.clew.model.TraceId;
import java.util.List;

/**
 * What the manifest says of one block. Times are epoch nanoseconds.
 *
 * @param id the block's number, unique in the store for ever
 * @param partition the UTC day of its traces, days since the epoch, or {@link Integer#MIN_VALUE} for stray times
 * @param level how often its rows have been merged; 0 from the head
 * @param spans rows, deleted ones included
 * @param traces distinct traces, deleted ones included
 * @param minStart smallest valid start, or {@link io.clew.model.SpanBatch#NO_TIME}
 * @param maxEnd largest valid time, or {@link io.clew.model.SpanBatch#NO_TIME}
 * @param firstArrival receive time of the span that came first
 * @param lastArrival receive time of the span that came last
 * @param bytes size of its files
 * @param erase whether something was deleted from it on request, so that its rows are to be rewritten soon
 * @param deleted the mask: traces whose rows no longer count, ascending, without repeats
 */
public record BlockEntry(
        long id,
        int partition,
        int level,
        long spans,
        long traces,
        long minStart,
        long maxEnd,
        long firstArrival,
        long lastArrival,
        long bytes,
        boolean erase,
        List<TraceId> deleted) {

    public BlockEntry {
        deleted = List.copyOf(deleted);
        for (int i = 1; i < deleted.size(); i++) {
            if (deleted.get(i - 1).compareTo(deleted.get(i)) >= 0) {
                throw new IllegalArgumentException("deleted traces of block " + id + " do not ascend at " + i);
            }
        }
    }

    /** The same block with another mask. */
    public BlockEntry withDeleted(List<TraceId> mask, boolean eraseSoon) {
        return new BlockEntry(
                id,
                partition,
                level,
                spans,
                traces,
                minStart,
                maxEnd,
                firstArrival,
                lastArrival,
                bytes,
                eraseSoon,
                mask);
    }
}

package io.clew.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Figures of a store, of one moment.
 *
 * @param spansStored distinct spans readable now
 * @param tracesStored distinct traces readable now
 * @param spansRepeated spans appended since start that were stored already
 * @param spansFlushed spans written to their first block since start
 * @param spansRewritten spans written again by merging since start; over {@code spansFlushed}, how often a span is rewritten
 * @param blocks blocks that the manifest names
 * @param bytesOnDisk size of the data directory
 * @param unflushedBytes bytes of log that are not yet covered by blocks
 * @param firstTime smallest valid start stored, epoch nanoseconds, or {@link io.clew.model.SpanBatch#NO_TIME}
 * @param lastTime largest valid start or end stored, or {@link io.clew.model.SpanBatch#NO_TIME}
 * @param maintenanceDue whether merging or retention has work
 * @param trouble why the store cannot write its log, flush or merge at the moment (a full disk, say), or null
 * @param spansMissing spans of blocks that cannot be read at all, deleted ones included
 * @param logRecordsMissing log records that had been stored and cannot be read, in none of the figures above; where it is
 *     not known how many there were, 1 a place
 * @param damage what was found damaged so far
 * @param doubtful where the start found the log to end before something that may have been acknowledged or not, or null
 */
public record StoreStats(
        long spansStored,
        long tracesStored,
        long spansRepeated,
        long spansFlushed,
        long spansRewritten,
        int blocks,
        long bytesOnDisk,
        long unflushedBytes,
        long firstTime,
        long lastTime,
        boolean maintenanceDue,
        @Nullable String trouble,
        long spansMissing,
        long logRecordsMissing,
        List<Damage> damage,
        @Nullable Damage doubtful) {}

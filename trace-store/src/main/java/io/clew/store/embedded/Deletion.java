package io.clew.store.embedded;

import io.clew.model.TraceId;
import io.clew.store.files.CrashPoints;
import io.clew.store.log.Log;
import java.io.IOException;
import java.util.Set;

/**
 * Deletes whole traces on request: moves the head into blocks, lets go of every file the log has used, then masks the
 * traces in one publication. From there on nothing outside of the masked blocks holds a byte of them, and these are
 * rewritten soon ({@link Rewriting}). Only runs on the committer's thread, so that no append comes between.
 */
final class Deletion {
    private final StateCell cell;
    private final BlockStore blocks;
    private final Log log;
    private final Runnable seal;
    private final Maintenance maintenance;

    Deletion(StateCell cell, BlockStore blocks, Log log, Runnable seal, Maintenance maintenance) {
        this.cell = cell;
        this.blocks = blocks;
        this.log = log;
        this.seal = seal;
        this.maintenance = maintenance;
    }

    /**
     * How many of these traces were there.
     *
     * @throws IOException when it could not be made durable; then nothing is deleted
     */
    long delete(Set<TraceId> ids) throws IOException {
        if (!holdsAny(ids)) {
            return 0;
        }
        seal.run();
        log.retire();
        maintenance.flushSealed();
        log.release(cell.current().manifest().coveredSequence());
        CrashPoints.at("delete.before-publish");
        long deleted = blocks.publishDeletion(ids);
        CrashPoints.at("delete.after-publish");
        return deleted;
    }

    private boolean holdsAny(Set<TraceId> ids) throws IOException {
        StoreState state = cell.acquire();
        try {
            return !Removal.onRequest(ids, state.blocks()).isEmpty()
                    || ids.stream().anyMatch(state::inHead);
        } finally {
            cell.release(state);
        }
    }
}

package io.clew.store.embedded;

import io.clew.model.TraceId;
import io.clew.store.Damage;
import io.clew.store.DeleteResult;
import io.clew.store.files.CrashPoints;
import io.clew.store.log.Log;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Deletes whole traces on request: moves the head into blocks, lets go of every file the log has used, then masks the
 * traces in one publication. From there on nothing outside of the masked blocks holds a byte of them, and these are
 * rewritten soon ({@link Rewriting}). What damage keeps it from seeing, or from rewriting, it names. Only runs on the
 * committer's thread, so that no append comes between.
 */
final class Deletion {
    private final StateCell cell;
    private final BlockStore blocks;
    private final Log log;
    private final Runnable seal;
    private final Maintenance maintenance;
    private final List<MissingBlock> missing;
    private final List<Damage> lost;

    Deletion(
            StateCell cell,
            BlockStore blocks,
            Log log,
            Runnable seal,
            Maintenance maintenance,
            List<MissingBlock> missing,
            List<Damage> lost) {
        this.cell = cell;
        this.blocks = blocks;
        this.log = log;
        this.seal = seal;
        this.maintenance = maintenance;
        this.missing = missing;
        this.lost = lost;
    }

    /** @throws IOException when it could not be made durable; then nothing is deleted */
    DeleteResult delete(Set<TraceId> ids) throws IOException {
        // What an append that failed left in the log may be there after a crash.
        boolean found = holdsAny(ids) || !ids.isEmpty() && log.mayBringBack();
        long deleted = found ? deleteFound(ids) : 0;
        return new DeleteResult(deleted, left(ids));
    }

    private long deleteFound(Set<TraceId> ids) throws IOException {
        seal.run();
        log.retire();
        maintenance.flushToMakeRoom();
        log.release(cell.current().manifest().coveredSequence());
        CrashPoints.at("delete.before-publish");
        long deleted = blocks.publishDeletion(ids);
        CrashPoints.at("delete.after-publish");
        return deleted;
    }

    private boolean holdsAny(Set<TraceId> ids) {
        StoreState state = cell.acquire();
        try {
            return ids.stream().anyMatch(state::holds);
        } finally {
            cell.release(state);
        }
    }

    /** Where something of these traces may be left. */
    private List<Damage> left(Set<TraceId> ids) {
        List<Damage> left = new ArrayList<>();
        if (!ids.isEmpty()) {
            missing.forEach(block -> left.add(block.damage()));
            left.addAll(lost);
        }
        StoreState state = cell.acquire();
        try {
            for (LiveBlock block : state.blocks()) {
                ids.stream()
                        .map(block::mayKeep)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .ifPresent(why -> left.add(new Damage(block.file().path(), 0, why)));
            }
        } finally {
            cell.release(state);
        }
        return left;
    }
}

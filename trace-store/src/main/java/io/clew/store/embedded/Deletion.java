package io.clew.store.embedded;

import io.clew.model.TraceId;
import io.clew.store.files.CrashPoints;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Masks whole traces in the blocks that hold them; merging leaves them out later. The head must have been flushed. On the
 * committer's thread.
 */
final class Deletion {
    private final StateCell cell;
    private final BlockStore blocks;

    Deletion(StateCell cell, BlockStore blocks) {
        this.cell = cell;
        this.blocks = blocks;
    }

    /** How many of these traces were there. */
    long delete(Set<TraceId> ids) throws IOException {
        StoreState state = cell.acquire();
        try {
            Set<TraceId> there = new HashSet<>();
            for (LiveBlock block : state.blocks()) {
                ids.stream().filter(id -> block.find(id) >= 0).forEach(there::add);
            }
            if (!there.isEmpty()) {
                CrashPoints.at("delete.before-publish");
                blocks.publishMasks(there);
            }
            return there.size();
        } finally {
            cell.release(state);
        }
    }
}

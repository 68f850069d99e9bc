package io.clew.store.embedded;

import io.clew.model.TraceId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.roaringbitmap.RoaringBitmap;

/**
 * Whole traces that are to go: their ids, and where their pieces stand in the blocks. What stands for traces whose ids
 * cannot be read ({@link io.clew.store.block.Block#isLost}) may go too; each counts as a trace of its own. For one thread.
 */
final class Removal {
    private final Set<TraceId> traces = new HashSet<>();
    private final Map<Long, RoaringBitmap> pieces = new HashMap<>();
    private long withoutId;

    /** All of these traces that some block holds. */
    static Removal of(Collection<TraceId> ids, Collection<LiveBlock> blocks) {
        Removal removal = new Removal();
        for (LiveBlock block : blocks) {
            for (TraceId id : ids) {
                int ordinal = block.find(id);
                if (ordinal >= 0) {
                    removal.add(id, block, ordinal);
                }
            }
        }
        return removal;
    }

    /** Adds a piece; a trace's other pieces must be added too. */
    void add(TraceId id, LiveBlock block, int ordinal) {
        boolean added = pieces.computeIfAbsent(block.entry().id(), _ -> new RoaringBitmap())
                .checkedAdd(ordinal);
        if (!block.block().isLost(ordinal)) {
            traces.add(id);
        } else if (added) {
            withoutId++;
        }
    }

    /** Takes a trace back. */
    void spare(TraceId id, Collection<LiveBlock> blocks) {
        if (traces.remove(id)) {
            for (LiveBlock block : blocks) {
                RoaringBitmap ordinals = pieces.get(block.entry().id());
                int ordinal = ordinals == null ? -1 : block.find(id);
                if (ordinals != null && ordinal >= 0) {
                    ordinals.remove(ordinal);
                }
            }
        }
    }

    /** Those whose ids are known. */
    Set<TraceId> traces() {
        return traces;
    }

    /** How many traces. */
    long count() {
        return traces.size() + withoutId;
    }

    /** The ordinals of pieces in a block; do not change them. */
    RoaringBitmap pieces(long blockId) {
        return pieces.getOrDefault(blockId, new RoaringBitmap());
    }

    boolean isEmpty() {
        return count() == 0;
    }
}

package io.clew.store.embedded;

import io.clew.store.block.Block;
import io.clew.store.files.CrashPoints;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Drops whole blocks: those whose last arrival is older than the period, and the oldest by arrival while all blocks
 * together are larger than the bytes allowed. Counts from arrival, never from span time. Runs on the committer's thread,
 * so that no append is judged against a block that is just going.
 */
final class Retention {
    private final StateCell cell;
    private final BlockStore blocks;
    private final long largestBytes;
    private final Duration period;

    Retention(StateCell cell, BlockStore blocks, long largestBytes, Duration period) {
        this.cell = cell;
        this.blocks = blocks;
        this.largestBytes = largestBytes;
        this.period = period;
    }

    boolean isDue() {
        return !choose(cell.current().blocks()).isEmpty();
    }

    /** Drops what is due now. */
    void apply() throws IOException {
        StoreState state = cell.acquire();
        try {
            List<LiveBlock> going = choose(state.blocks());
            if (going.isEmpty()) {
                return;
            }
            List<LiveBlock> staying = new ArrayList<>(state.blocks());
            staying.removeAll(going);
            Set<Long> ids = new HashSet<>();
            going.forEach(block -> ids.add(block.entry().id()));
            CrashPoints.at("retention.before-publish");
            blocks.publishDrop(ids, lost(state, going, staying));
        } finally {
            cell.release(state);
        }
    }

    private List<LiveBlock> choose(List<LiveBlock> all) {
        List<LiveBlock> byAge = new ArrayList<>(all);
        byAge.sort(Comparator.comparingLong(block -> block.entry().lastArrival()));
        long bytes = all.stream().mapToLong(block -> block.entry().bytes()).sum();
        long oldest = period.isZero() ? Long.MIN_VALUE : blocks.now() - period.toNanos();
        List<LiveBlock> going = new ArrayList<>();
        for (LiveBlock block : byAge) {
            boolean old = block.entry().lastArrival() < oldest;
            boolean tooMuch = largestBytes > 0 && bytes > largestBytes;
            if (old || tooMuch) {
                going.add(block);
                bytes -= block.entry().bytes();
            }
        }
        return going;
    }

    /** Traces of which no span is left anywhere. */
    private static long lost(StoreState state, List<LiveBlock> going, List<LiveBlock> staying) {
        long lost = 0;
        for (int i = 0; i < going.size(); i++) {
            Block block = going.get(i).block();
            List<LiveBlock> counted = going.subList(0, i);
            for (int ordinal = 0; ordinal < block.traces(); ordinal++) {
                var id = block.id(ordinal);
                boolean kept = going.get(i).isDeleted(ordinal)
                        || staying.stream().anyMatch(other -> other.find(id) >= 0)
                        || counted.stream().anyMatch(other -> other.find(id) >= 0)
                        || state.chunks().stream()
                                .anyMatch(chunk -> chunk.traceSet().contains(id.high(), id.low()));
                lost += kept ? 0 : 1;
            }
        }
        return lost;
    }
}

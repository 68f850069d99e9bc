package io.clew.store.embedded;

import io.clew.store.files.CrashPoints;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Unites blocks of one partition into one ({@link BlockUnion}). Which blocks: as soon as {@code fanIn} blocks of a partition
 * stand on the same level, those; levels are powers of the fan-in of their number of spans. So a span is written again once
 * per level, and never again in a block of {@code largestSpans}, or in one with a trace too large to share a row group.
 */
final class Merger {
    private static final Logger LOG = System.getLogger(Merger.class.getName());
    private static final int SMALLEST_LEVEL_SPANS = 50_000;

    private final StateCell cell;
    private final BlockStore blocks;
    private final int fanIn;
    private final long largestSpans;

    Merger(StateCell cell, BlockStore blocks, int fanIn, long largestSpans) {
        this.cell = cell;
        this.blocks = blocks;
        this.fanIn = fanIn;
        this.largestSpans = largestSpans;
    }

    /** Whether some blocks should be united now. */
    boolean isDue() {
        return !choose(cell.current().blocks()).isEmpty();
    }

    /** Unites one set of blocks; false when none is due. */
    boolean mergeOnce() throws IOException {
        StoreState state = cell.acquireBlocks();
        try {
            List<LiveBlock> inputs = choose(state.blocks());
            if (inputs.isEmpty()) {
                return false;
            }
            merge(state, inputs);
            return true;
        } finally {
            cell.release(state);
        }
    }

    /** Writes a block anew without its deleted traces; does nothing when it is no longer live. */
    void rewrite(long blockId) throws IOException {
        StoreState state = cell.acquireBlocks();
        try {
            for (LiveBlock block : state.blocks()) {
                if (block.entry().id() == blockId) {
                    merge(state, List.of(block));
                }
            }
        } finally {
            cell.release(state);
        }
    }

    private List<LiveBlock> choose(List<LiveBlock> all) {
        Map<List<Integer>, List<LiveBlock>> tiers = new HashMap<>();
        for (LiveBlock block : all) {
            // What is damaged stays as it is: united with others, it could not be told apart any more.
            if (block.spans() >= largestSpans
                    || hasLargeTrace(block)
                    || block.block().isDamaged()) {
                continue;
            }
            List<LiveBlock> tier = tiers.computeIfAbsent(
                    List.of(block.entry().partition(), level(block.spans())), _ -> new ArrayList<>());
            tier.add(block);
            if (tier.size() == fanIn) {
                return tier;
            }
        }
        return List.of();
    }

    /** Whether a trace of it fills a row group alone. Traces are not cut, so with its pieces elsewhere it could outgrow memory. */
    private boolean hasLargeTrace(LiveBlock block) {
        return block.block().largestRowGroup() > blocks.settings().mostSpansOfTraces();
    }

    private int level(long spans) {
        int level = 0;
        for (long left = spans / SMALLEST_LEVEL_SPANS; left > 0; left /= fanIn) {
            level++;
        }
        return level;
    }

    private void merge(StoreState state, List<LiveBlock> inputs) throws IOException {
        try {
            mergeWhole(state, inputs);
        } catch (RuntimeException found) {
            // Not only DamagedException: what stands for lost pages of a directory is in no order.
            if (!isDamaged(inputs)) {
                throw found;
            }
            LOG.log(Level.WARNING, "a damaged block is not merged: " + found.getMessage());
        }
    }

    private static boolean isDamaged(List<LiveBlock> inputs) {
        return inputs.stream().anyMatch(input -> input.block().isDamaged());
    }

    /** Uniting only adds until it is published; writing one block anew, less what was deleted from it, makes room. */
    private void demandRoom(List<LiveBlock> inputs) throws IOException {
        long bytes = inputs.stream()
                .mapToLong(input -> input.entry().bytes()
                        * input.spans()
                        / Math.max(1, input.entry().spans()))
                .sum();
        blocks.demandRoom(bytes, inputs.size() == 1 ? DiskRoom.Use.MAKING_ROOM : DiskRoom.Use.ADDING);
    }

    private void mergeWhole(StoreState state, List<LiveBlock> inputs) throws IOException {
        if (isDamaged(inputs)) {
            return;
        }
        int partition = inputs.getFirst().entry().partition();
        int level = (inputs.size() > 1 ? 1 : 0)
                + inputs.stream().mapToInt(block -> block.entry().level()).max().orElse(0);
        NewBlock merged = null;
        if (inputs.stream().anyMatch(block -> block.traces() > 0)) {
            demandRoom(inputs);
            try (BlockUnion union = new BlockUnion(
                    state, inputs, blocks.cache(), blocks.settings().rowGroupSpans() / 2)) {
                merged = blocks.write(partition, level, union::write);
            }
        }
        boolean published = false;
        boolean inDoubt = true;
        try {
            CrashPoints.at("merge.before-publish");
            // Readers pass over a damaged page of a directory, and a union must not lose what it held.
            published = !isDamaged(inputs) && blocks.publishMerge(inputs, merged);
            inDoubt = false;
        } finally {
            if (inDoubt && merged != null) {
                blocks.discard(merged);
            }
        }
        if (!published && merged != null) {
            // At once: it holds traces that may have been deleted meanwhile.
            merged.file().drop();
        }
        CrashPoints.at("merge.after-publish");
    }
}

package io.clew.store.manifest;

import io.clew.model.TraceId;
import java.util.List;

/**
 * What the store is made of at one moment. Flush, merge, delete and retention replace it whole.
 *
 * @param generation counts publications; 0 is the empty store
 * @param nextBlockId the number the next block gets; larger than any ever used
 * @param coveredSequence log records up to this one are in blocks
 * @param spansStored distinct spans in the blocks, deleted ones not counted
 * @param tracesStored distinct traces in the blocks, deleted ones not counted
 * @param kept traces that were marked as to be kept, ascending, without repeats
 * @param blocks the live blocks; their ids differ
 */
public record Manifest(
        long generation,
        long nextBlockId,
        long coveredSequence,
        long spansStored,
        long tracesStored,
        List<TraceId> kept,
        List<BlockEntry> blocks) {
    /** The manifest of a store that was never published. */
    public static final Manifest EMPTY = new Manifest(0, 1, 0, 0, 0, List.of(), List.of());

    public Manifest {
        kept = List.copyOf(kept);
        blocks = List.copyOf(blocks);
        for (int i = 1; i < kept.size(); i++) {
            if (kept.get(i - 1).compareTo(kept.get(i)) >= 0) {
                throw new IllegalArgumentException("kept traces do not ascend at " + i);
            }
        }
    }

    /** Its successor with these blocks, and so many distinct spans and traces more (or, below zero, less). */
    public Manifest next(List<BlockEntry> newBlocks, long spansMore, long tracesMore) {
        return new Manifest(
                generation + 1,
                nextBlockId,
                coveredSequence,
                spansStored + spansMore,
                tracesStored + tracesMore,
                kept,
                newBlocks);
    }

    /** The same, with log records up to this one in blocks. */
    public Manifest covering(long sequence) {
        return new Manifest(generation, nextBlockId, sequence, spansStored, tracesStored, kept, blocks);
    }

    /** The same, with the next block to get this number. */
    public Manifest withNextBlockId(long id) {
        return new Manifest(generation, id, coveredSequence, spansStored, tracesStored, kept, blocks);
    }

    /** The same, with these traces marked as to be kept. */
    public Manifest keeping(List<TraceId> traces) {
        return new Manifest(generation, nextBlockId, coveredSequence, spansStored, tracesStored, traces, blocks);
    }
}

package io.clew.store.manifest;

import java.util.List;

/**
 * What the store is made of at one moment. Flush, merge, delete and retention replace it whole.
 *
 * @param generation counts publications; 0 is the empty store
 * @param nextBlockId the number the next block gets; larger than any ever used
 * @param coveredSequence log records up to this one are in blocks
 * @param spansStored distinct spans in the blocks, deleted ones not counted
 * @param tracesStored distinct traces in the blocks, deleted ones not counted
 * @param blocks the live blocks; their ids differ
 */
public record Manifest(
        long generation,
        long nextBlockId,
        long coveredSequence,
        long spansStored,
        long tracesStored,
        List<BlockEntry> blocks) {
    /** The manifest of a store that was never published. */
    public static final Manifest EMPTY = new Manifest(0, 1, 0, 0, 0, List.of());

    public Manifest {
        blocks = List.copyOf(blocks);
    }
}

package io.clew.store.embedded;

import io.clew.model.TraceId;
import io.clew.store.manifest.Manifest;
import java.util.List;

/**
 * What the store consists of at one moment.
 *
 * @param chunks head chunks, oldest first; the last one is being appended to
 * @param blocks as the manifest names them
 * @param manifest the last one published
 */
record StoreState(List<HeadChunk> chunks, List<LiveBlock> blocks, Manifest manifest) {

    HeadChunk active() {
        return chunks.getLast();
    }

    /**
     * Whether some span of the trace is stored, where it can be read. On the committer's thread, which alone adds to the
     * head, and only while the state is held: flushing and merging close blocks at any time.
     */
    boolean holds(TraceId id) {
        return inHead(id) || blocks.stream().anyMatch(block -> block.find(id) >= 0);
    }

    /** Whether the manifest names blocks that could not be opened, which may hold spans of any trace. */
    boolean lacksBlocks() {
        return blocks.size() < manifest.blocks().size();
    }

    /** Whether the head holds spans of the trace; as {@link #holds}. */
    boolean inHead(TraceId id) {
        return chunks.stream().anyMatch(chunk -> chunk.traceSet().contains(id.high(), id.low()));
    }
}

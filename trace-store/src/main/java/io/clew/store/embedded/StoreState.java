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

    /** Whether some span of the trace is stored. Only on the committer's thread, while the state is the current one. */
    boolean holds(TraceId id) {
        return inHead(id) || blocks.stream().anyMatch(block -> block.find(id) >= 0);
    }

    /** Whether the head holds spans of the trace; as {@link #holds}. */
    boolean inHead(TraceId id) {
        return chunks.stream().anyMatch(chunk -> chunk.traceSet().contains(id.high(), id.low()));
    }
}

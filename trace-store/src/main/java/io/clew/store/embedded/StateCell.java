package io.clew.store.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Holds the current {@link StoreState}; everything in a state acquired stays open until it is released. Thread-safe. */
final class StateCell {
    private volatile StoreState state;

    StateCell(StoreState first) {
        state = first;
    }

    /** The current state without a reference: for its immutable parts only. */
    StoreState current() {
        return state;
    }

    synchronized StoreState acquire() {
        StoreState now = state;
        now.chunks().forEach(HeadChunk::retain);
        now.blocks().forEach(block -> block.file().retain());
        return now;
    }

    /**
     * The blocks of the current state, without its chunks: for long work, which must not keep the head's batches from being
     * used again.
     */
    synchronized StoreState acquireBlocks() {
        StoreState now = state;
        now.blocks().forEach(block -> block.file().retain());
        return new StoreState(List.of(), now.blocks(), now.manifest());
    }

    /** Gives back what either acquisition gave. */
    void release(StoreState acquired) {
        acquired.chunks().forEach(HeadChunk::release);
        acquired.blocks().forEach(block -> block.file().release());
    }

    /** Replaces the state; what is no longer part of it loses the state's reference, and its file with the last one. */
    void replace(UnaryOperator<StoreState> change) {
        List<HeadChunk> goneChunks;
        List<OpenBlock> goneFiles;
        synchronized (this) {
            StoreState before = state;
            StoreState after = change.apply(before);
            state = after;
            goneChunks = new ArrayList<>(before.chunks());
            goneChunks.removeAll(after.chunks());
            goneFiles = files(before);
            goneFiles.removeAll(files(after));
        }
        goneChunks.forEach(HeadChunk::release);
        goneFiles.forEach(OpenBlock::drop);
    }

    private static List<OpenBlock> files(StoreState state) {
        return new ArrayList<>(state.blocks().stream().map(LiveBlock::file).toList());
    }
}

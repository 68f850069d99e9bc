package io.clew.store.embedded;

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
}

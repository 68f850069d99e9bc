package io.clew.server.config;

import java.time.Duration;

/**
 * How the store works; see {@link io.clew.store.embedded.StoreSettings}.
 *
 * @param chunkBytes memory of new spans after which they become a block, bytes
 * @param chunkAge time after which new spans become a block
 * @param unflushedBytes most bytes of log not yet in blocks
 * @param pageCacheBytes memory for pages of blocks
 * @param mergeFanIn how many blocks of like size are united into one
 * @param mergeSpans blocks of so many spans are not merged any more
 */
public record StoreConfig(
        long chunkBytes, Duration chunkAge, long unflushedBytes, long pageCacheBytes, int mergeFanIn, long mergeSpans) {
    public static final StoreConfig DEFAULT =
            new StoreConfig(96L << 20, Duration.ofSeconds(10), 256L << 20, 128L << 20, 8, 1_000_000);
}

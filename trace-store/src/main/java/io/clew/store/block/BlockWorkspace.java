package io.clew.store.block;

import java.io.Closeable;

/**
 * The memory in which a {@link BlockWriter} collects and encodes row groups: some tens of megabytes that are worth keeping from
 * one block to the next. For one writer at a time; holds native memory until closed.
 */
public final class BlockWorkspace implements Closeable {
    /** Bytes of texts and columns beyond which the memory is not worth keeping. */
    private static final long LARGEST_KEPT = 64 << 20;

    final OpenRowGroup rows = new OpenRowGroup();
    final Compression compression = new Compression();
    final LongCodec longs = new LongCodec(compression);
    final RowGroupEncoder encoder;
    final IntLists scratch = new IntLists();

    public BlockWorkspace(BlockSettings settings) {
        encoder = new RowGroupEncoder(settings, compression, longs);
    }

    /** Whether unusual blocks have not swollen it. */
    public boolean isWorthKeeping() {
        return rows.heapBytes() + encoder.heapBytes() <= LARGEST_KEPT;
    }

    @Override
    public void close() {
        compression.close();
    }
}

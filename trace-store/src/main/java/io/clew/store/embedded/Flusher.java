package io.clew.store.embedded;

import io.clew.store.block.BlockWriter;
import io.clew.store.files.CrashPoints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns a sealed chunk of the head into blocks, one per partition, and publishes them in place of it. For one thread at a time. */
final class Flusher {
    private static final Comparator<ChunkTraces.Entry> BLOCK_ORDER =
            Comparator.<ChunkTraces.Entry>comparingLong(entry -> entry.start).thenComparing(entry -> entry.id);

    private final StateCell cell;
    private final BlockStore blocks;
    /** The chunk whose blocks are written but not published: publishing failed and is tried again with them. */
    private @Nullable HeadChunk written;

    private List<NewBlock> blocksWritten = List.of();

    Flusher(StateCell cell, BlockStore blocks) {
        this.cell = cell;
        this.blocks = blocks;
    }

    /**
     * Writes the oldest chunk, which must be sealed, and publishes.
     *
     * @throws IOException when something could not be written; the chunk is still there and the call may be repeated
     */
    void flush(HeadChunk chunk) throws IOException {
        if (chunk != written) {
            blocksWritten = write(chunk);
            written = chunk;
        }
        CrashPoints.at("flush.before-publish");
        blocks.publishFlush(chunk, blocksWritten);
        written = null;
        blocksWritten = List.of();
        CrashPoints.at("flush.after-publish");
    }

    private List<NewBlock> write(HeadChunk chunk) throws IOException {
        StoreState state = cell.acquireBlocks();
        List<NewBlock> made = new ArrayList<>();
        try {
            SortedMap<Integer, List<ChunkTraces.Entry>> partitions = new TreeMap<>();
            for (ChunkTraces.Entry entry : new ChunkTraces(chunk).all()) {
                for (LiveBlock block : state.blocks()) {
                    int ordinal = block.find(entry.id);
                    if (ordinal >= 0) {
                        entry.add(block.block().start(ordinal), block.block().end(ordinal));
                        entry.continued = true;
                    }
                }
                partitions
                        .computeIfAbsent(Partition.of(entry.start, blocks.now()), _ -> new ArrayList<>())
                        .add(entry);
            }
            for (var partition : partitions.entrySet()) {
                List<ChunkTraces.Entry> entries = partition.getValue();
                entries.sort(BLOCK_ORDER);
                made.add(blocks.write(partition.getKey(), 0, writer -> write(writer, entries)));
            }
            return made;
        } catch (IOException | RuntimeException failure) {
            made.forEach(block -> block.file().drop());
            throw failure;
        } finally {
            cell.release(state);
        }
    }

    private static void write(BlockWriter writer, List<ChunkTraces.Entry> entries) throws IOException {
        for (ChunkTraces.Entry entry : entries) {
            writer.beginTrace(entry.id, entry.start, entry.end, entry.continued);
            for (ChunkTraces.Piece piece : entry.pieces) {
                TraceGroups groups = piece.batch().groups();
                for (int i = groups.from(piece.group()); i < groups.to(piece.group()); i++) {
                    writer.addSpan(piece.batch().spans(), groups.row(i));
                }
            }
        }
    }
}

package io.clew.store.embedded;

import io.clew.store.block.BlockWriter;
import io.clew.store.files.CrashPoints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns a sealed chunk of the head into blocks, one per partition, and publishes them in place of it. For one thread at a time. */
final class Flusher {
    private static final Comparator<ChunkTraces.Entry> BLOCK_ORDER =
            Comparator.<ChunkTraces.Entry>comparingLong(entry -> entry.start).thenComparing(entry -> entry.id);

    private static final long NONE = Long.MIN_VALUE;

    private final StateCell cell;
    private final BlockStore blocks;
    /** The chunk whose blocks are written but not published: publishing failed and is tried again with them. */
    private @Nullable HeadChunk written;

    private List<NewBlock> blocksWritten = List.of();
    /** By partition, of the chunk before: its newest start. */
    private Map<Integer, Long> newestStart = Map.of();

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

    /** The newest start that is not in the future; entries ascend by start. */
    private static long newestUpTo(long now, List<ChunkTraces.Entry> entries) {
        int last = entries.size() - 1;
        while (last > 0 && entries.get(last).start > now) {
            last--;
        }
        return entries.get(last).start;
    }

    private List<NewBlock> write(HeadChunk chunk) throws IOException {
        StoreState state = cell.acquireBlocks();
        List<NewBlock> made = new ArrayList<>();
        try {
            SortedMap<Integer, List<ChunkTraces.Entry>> partitions = new TreeMap<>();
            long now = blocks.now();
            for (ChunkTraces.Entry entry : new ChunkTraces(chunk).all()) {
                for (LiveBlock block : state.blocks()) {
                    int ordinal = block.find(entry.id);
                    if (ordinal >= 0) {
                        entry.add(block.block().start(ordinal), block.block().end(ordinal));
                        entry.continued = true;
                    }
                }
                partitions
                        .computeIfAbsent(Partition.of(entry.start, now), _ -> new ArrayList<>())
                        .add(entry);
            }
            Map<Integer, Long> newest = new HashMap<>();
            for (var partition : partitions.entrySet()) {
                List<ChunkTraces.Entry> entries = partition.getValue();
                entries.sort(BLOCK_ORDER);
                boolean worthCutting = chunk.spans() >= blocks.settings().rowGroupSpans();
                long before = worthCutting ? newestStart.getOrDefault(partition.getKey(), NONE) : NONE;
                made.add(blocks.write(partition.getKey(), 0, writer -> write(writer, entries, before)));
                newest.put(partition.getKey(), newestUpTo(now, entries));
            }
            newestStart = newest;
            return made;
        } catch (IOException | RuntimeException failure) {
            made.forEach(block -> block.file().drop());
            throw failure;
        } finally {
            cell.release(state);
        }
    }

    /**
     * Row groups are cut where the traces begin and end that the chunks before and after have pieces of too: uniting the
     * blocks copies those in between as they are.
     */
    private static void write(BlockWriter writer, List<ChunkTraces.Entry> entries, long newestBefore)
            throws IOException {
        int shared = 0;
        while (shared < entries.size() && entries.get(shared).start <= newestBefore) {
            shared++;
        }
        boolean cut = newestBefore != NONE && shared <= entries.size() / 4;
        for (int i = 0; i < entries.size(); i++) {
            if (cut && (i == shared || i == entries.size() - shared)) {
                writer.cutRowGroup();
            }
            ChunkTraces.Entry entry = entries.get(i);
            writer.beginTrace(entry.id, entry.start, entry.end, entry.continued);
            for (ChunkTraces.Piece piece : entry.pieces) {
                TraceGroups groups = piece.batch().groups();
                for (int span = groups.from(piece.group()); span < groups.to(piece.group()); span++) {
                    writer.addSpan(piece.batch().spans(), groups.row(span));
                }
            }
        }
    }
}

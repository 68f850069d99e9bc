package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.store.block.BlockWriter;
import io.clew.store.files.CrashPoints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns a sealed chunk of the head into blocks, one per partition, and publishes them in place of it. For one thread at a time. */
final class Flusher {
    private static final long NONE = Long.MIN_VALUE;

    private final StateCell cell;
    private final BlockStore blocks;
    private final ChunkTraces traces = new ChunkTraces();
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
     * @param use what of the margin of the disk it may take
     * @throws IOException when something could not be written; the chunk is still there and the call may be repeated
     */
    void flush(HeadChunk chunk, DiskRoom.Use use) throws IOException {
        if (chunk != written) {
            blocks.demandRoom(0, use);
            blocksWritten = write(chunk);
            written = chunk;
        }
        CrashPoints.at("flush.before-publish");
        blocks.publishFlush(chunk, blocksWritten);
        written = null;
        blocksWritten = List.of();
        CrashPoints.at("flush.after-publish");
    }

    /** The newest start that is not in the future; the traces ascend by start. */
    private long newestUpTo(long now, List<Integer> ascending) {
        int last = ascending.size() - 1;
        while (last > 0 && traces.start(ascending.get(last)) > now) {
            last--;
        }
        return traces.start(ascending.get(last));
    }

    private List<NewBlock> write(HeadChunk chunk) throws IOException {
        StoreState state = cell.acquireBlocks();
        List<NewBlock> made = new ArrayList<>();
        try {
            SortedMap<Integer, List<Integer>> partitions = new TreeMap<>();
            long now = blocks.now();
            traces.collect(chunk);
            // Block by block, so that a block's filter stays in the processor's cache.
            for (LiveBlock block : state.blocks()) {
                for (int trace = 0; trace < traces.size(); trace++) {
                    int ordinal = block.find(traces.high(trace), traces.low(trace));
                    if (ordinal >= 0) {
                        traces.addStored(
                                trace,
                                block.block().start(ordinal),
                                block.block().end(ordinal));
                    }
                }
            }
            for (int trace = 0; trace < traces.size(); trace++) {
                partitions
                        .computeIfAbsent(Partition.of(traces.start(trace), now), _ -> new ArrayList<>())
                        .add(trace);
            }
            Map<Integer, Long> newest = new HashMap<>();
            for (var partition : partitions.entrySet()) {
                List<Integer> ascending = partition.getValue();
                ascending.sort(traces::compare);
                boolean worthCutting = chunk.spans() >= blocks.settings().rowGroupSpans();
                long before = worthCutting ? newestStart.getOrDefault(partition.getKey(), NONE) : NONE;
                made.add(blocks.write(partition.getKey(), 0, writer -> write(writer, ascending, before)));
                newest.put(partition.getKey(), newestUpTo(now, ascending));
            }
            newestStart = newest;
            return made;
        } catch (Throwable failure) {
            made.forEach(block -> block.file().drop());
            throw failure;
        } finally {
            traces.clear();
            cell.release(state);
        }
    }

    /**
     * Row groups are cut where the traces begin and end that the chunks before and after have pieces of too: uniting the
     * blocks copies those in between as they are.
     */
    private void write(BlockWriter writer, List<Integer> ascending, long newestBefore) throws IOException {
        int shared = 0;
        while (shared < ascending.size() && traces.start(ascending.get(shared)) <= newestBefore) {
            shared++;
        }
        boolean cut = newestBefore != NONE && shared <= ascending.size() / 4;
        for (int i = 0; i < ascending.size(); i++) {
            if (cut && (i == shared || i == ascending.size() - shared)) {
                writer.cutRowGroup();
            }
            int trace = ascending.get(i);
            writer.beginTrace(traces.id(trace), traces.start(trace), traces.end(trace), traces.continued(trace));
            for (int piece = traces.firstPiece(trace); piece >= 0; piece = traces.nextPiece(piece)) {
                SpanBatch spans = traces.batch(piece).spans();
                TraceGroups groups = traces.batch(piece).groups();
                int group = traces.group(piece);
                for (int span = groups.from(group); span < groups.to(group); span++) {
                    writer.addSpan(spans, groups.row(span));
                }
            }
        }
    }
}

package io.clew.store.verify;

import io.clew.model.SpanBatch;
import io.clew.model.SpanEquality;
import io.clew.model.TraceId;
import io.clew.store.DamagedException;
import io.clew.store.ReadControl;
import io.clew.store.block.Block;
import io.clew.store.block.BlockMeta;
import io.clew.store.block.BlockSettings;
import io.clew.store.block.BlockWorkspace;
import io.clew.store.block.BlockWriter;
import io.clew.store.block.PageCache;
import io.clew.store.embedded.BlockFiles;
import io.clew.store.embedded.Partition;
import io.clew.store.files.Files;
import io.clew.store.manifest.BlockEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes new blocks of what can be read of damaged ones, trace by trace. For one thread. */
final class BlockSalvage {
    private static final int IDS_TOLD = 10;
    private static final long CACHE_BYTES = 32 << 20;

    /**
     * What became of a block.
     *
     * @param entry the new block's; null when nothing was left
     * @param ids some of the traces that lost spans; none of those whose ids cannot be read either
     */
    record Saved(@Nullable BlockEntry entry, long spansSaved, long spansLost, long tracesLost, List<String> ids) {}

    /** Distinct spans and traces, deleted ones left out. */
    record Counts(long spans, long traces) {}

    private final Files files;
    private final Path directory;
    private long nextId;

    BlockSalvage(Files files, Path directory, long nextId) {
        this.files = files;
        this.directory = directory;
        this.nextId = nextId;
    }

    long nextId() {
        return nextId;
    }

    /** What a manifest says of a whole block. */
    BlockEntry entry(Path file) throws IOException {
        try (PageCache cache = new PageCache(CACHE_BYTES);
                Block block = Block.open(files, file, cache)) {
            return entry(BlockFiles.id(file).orElseThrow(), block.meta(), null);
        }
    }

    private static BlockEntry entry(long id, BlockMeta meta, @Nullable BlockEntry like) {
        return new BlockEntry(
                id,
                like == null ? Partition.of(meta.minStart(), meta.lastArrival()) : like.partition(),
                like == null ? 0 : like.level(),
                meta.spans(),
                meta.traces(),
                meta.minStart(),
                meta.maxEnd(),
                meta.firstArrival(),
                meta.lastArrival(),
                meta.bytes(),
                false,
                List.of());
    }

    /** Saves the traces that can be read and are not deleted. */
    Saved save(Path file, @Nullable BlockEntry entry) throws IOException {
        try (PageCache cache = new PageCache(CACHE_BYTES);
                Block block = Block.open(files, file, cache)) {
            Set<TraceId> deleted = entry == null ? Set.of() : new TreeSet<>(entry.deleted());
            long all = block.meta().spans();
            long[] passed = new long[2];
            List<String> ids = new ArrayList<>();
            SpanBatch spans = new SpanBatch();
            BlockEntry written = write(entry, writer -> {
                for (int ordinal = 0; ordinal < block.traces(); ordinal++) {
                    if (block.isLost(ordinal)) {
                        passed[1]++;
                        continue;
                    }
                    if (deleted.contains(block.id(ordinal))) {
                        passed[0] += block.spanCount(ordinal);
                        continue;
                    }
                    // First, since the writer reads the batch of the trace before until then.
                    writer.beginTrace(
                            block.id(ordinal), block.start(ordinal), block.end(ordinal), block.continued(ordinal));
                    spans.clear();
                    try {
                        block.read(ordinal, spans, ReadControl.unbounded());
                    } catch (DamagedException unreadable) {
                        passed[1]++;
                        if (ids.size() < IDS_TOLD) {
                            ids.add(block.id(ordinal).toString());
                        }
                        continue;
                    }
                    for (int row = 0; row < spans.spanCount(); row++) {
                        writer.addSpan(spans, row);
                    }
                }
            });
            long saved = written == null ? 0 : written.spans();
            return new Saved(written, saved, all - saved - passed[0], passed[1], ids);
        }
    }

    private interface Filling {
        void fill(BlockWriter writer) throws IOException;
    }

    /** Writes a block, durably; null when it would be empty. */
    private @Nullable BlockEntry write(@Nullable BlockEntry like, Filling filling) throws IOException {
        long id = nextId++;
        Path file = BlockFiles.file(directory, id);
        BlockMeta meta;
        try (BlockWorkspace workspace = new BlockWorkspace(BlockSettings.DEFAULT);
                BlockWriter writer = BlockWriter.create(files, file, BlockSettings.DEFAULT, workspace)) {
            filling.fill(writer);
            meta = writer.finish();
        }
        if (meta.traces() == 0) {
            files.delete(file);
            return null;
        }
        files.forceDirectory(directory);
        return entry(id, meta, like);
    }

    /**
     * Makes each span stand once. Without a manifest it is not known which blocks counted: those that were merged and not
     * yet removed stand beside the block that has their spans too. Newer blocks, of higher numbers, win.
     *
     * @param blocks changed in place
     * @param going gets the files that are replaced
     */
    void dropRepeats(List<BlockEntry> blocks, List<Path> going, Consumer<String> tell) throws IOException {
        List<BlockEntry> newestFirst = new ArrayList<>(blocks);
        newestFirst.sort(Comparator.comparingLong(BlockEntry::id).reversed());
        blocks.clear();
        List<Block> open = new ArrayList<>();
        try (PageCache cache = new PageCache(CACHE_BYTES)) {
            try {
                for (BlockEntry entry : newestFirst) {
                    Path file = BlockFiles.file(directory, entry.id());
                    Block block = Block.open(files, file, cache);
                    open.add(block);
                    List<Block> newer = open.subList(0, open.size() - 1);
                    if (!sharesSpans(block, newer)) {
                        blocks.add(entry);
                        continue;
                    }
                    going.add(file);
                    BlockEntry rest = write(entry, writer -> copyUnrepeated(block, newer, writer));
                    tell.accept(file.getFileName() + ": "
                            + (entry.spans() - (rest == null ? 0 : rest.spans()))
                            + " of its spans stand in newer blocks too and are kept there");
                    if (rest != null) {
                        blocks.add(rest);
                    }
                }
            } finally {
                for (Block block : open) {
                    block.close();
                }
            }
        }
    }

    private static boolean sharesSpans(Block block, List<Block> newer) {
        Trace trace = new Trace(block, newer);
        for (int ordinal = 0; ordinal < block.traces(); ordinal++) {
            if (trace.isInNewer(ordinal)) {
                trace.read(ordinal);
                if (!trace.repeated.isEmpty()) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void copyUnrepeated(Block block, List<Block> newer, BlockWriter writer) throws IOException {
        Trace trace = new Trace(block, newer);
        for (int ordinal = 0; ordinal < block.traces(); ordinal++) {
            // First, since the writer reads the batch of the trace before until then.
            writer.beginTrace(block.id(ordinal), block.start(ordinal), block.end(ordinal), true);
            trace.read(ordinal);
            for (int row = 0; row < trace.spans.spanCount(); row++) {
                if (!trace.repeated.get(row)) {
                    writer.addSpan(trace.spans, row);
                }
            }
        }
    }

    /** The spans of one trace of a block after the other, and which of them stand in newer blocks too. */
    private static final class Trace {
        private final Block block;
        private final List<Block> newer;
        private final SpanBatch spans = new SpanBatch();
        private final SpanBatch others = new SpanBatch();
        private final BitSet repeated = new BitSet();

        Trace(Block block, List<Block> newer) {
            this.block = block;
            this.newer = newer;
        }

        boolean isInNewer(int ordinal) {
            return newer.stream().anyMatch(other -> other.find(block.id(ordinal)) >= 0);
        }

        void read(int ordinal) {
            spans.clear();
            repeated.clear();
            block.read(ordinal, spans, ReadControl.unbounded());
            for (Block other : newer) {
                int there = other.find(block.id(ordinal));
                if (there >= 0) {
                    others.clear();
                    other.read(there, others, ReadControl.unbounded());
                    mark();
                }
            }
        }

        private void mark() {
            for (int row = 0; row < spans.spanCount(); row++) {
                for (int otherRow = 0; otherRow < others.spanCount(); otherRow++) {
                    if (SpanEquality.equal(spans, row, others, otherRow)) {
                        repeated.set(row);
                    }
                }
            }
        }
    }

    /** Counts what these blocks, all whole, hold. */
    Counts count(List<BlockEntry> blocks) throws IOException {
        long spans = 0;
        long traces = 0;
        List<Block> open = new ArrayList<>();
        List<Set<TraceId>> deleted = new ArrayList<>();
        try (PageCache cache = new PageCache(CACHE_BYTES)) {
            try {
                for (BlockEntry entry : blocks) {
                    Block block = Block.open(files, BlockFiles.file(directory, entry.id()), cache);
                    open.add(block);
                    deleted.add(new HashSet<>(entry.deleted()));
                    for (int ordinal = 0; ordinal < block.traces(); ordinal++) {
                        TraceId id = block.id(ordinal);
                        if (!deleted.getLast().contains(id)) {
                            spans += block.spanCount(ordinal);
                            traces += standsIn(open, deleted, id) ? 0 : 1;
                        }
                    }
                }
            } finally {
                for (Block block : open) {
                    block.close();
                }
            }
        }
        return new Counts(spans, traces);
    }

    private static boolean standsIn(List<Block> open, List<Set<TraceId>> deleted, TraceId id) {
        for (int i = 0; i < open.size() - 1; i++) {
            if (open.get(i).find(id) >= 0 && !deleted.get(i).contains(id)) {
                return true;
            }
        }
        return false;
    }
}

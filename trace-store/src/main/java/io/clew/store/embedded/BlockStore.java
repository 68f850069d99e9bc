package io.clew.store.embedded;

import io.clew.model.TraceId;
import io.clew.store.DamagedException;
import io.clew.store.block.Block;
import io.clew.store.block.BlockMeta;
import io.clew.store.block.BlockSettings;
import io.clew.store.block.BlockWorkspace;
import io.clew.store.block.BlockWriter;
import io.clew.store.block.PageCache;
import io.clew.store.files.Files;
import io.clew.store.manifest.BlockEntry;
import io.clew.store.manifest.Manifest;
import io.clew.store.manifest.ManifestFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * Block files and the manifest that names them: writing a block, and every change of what is live, each as one atomic
 * step of manifest and state. Thread-safe; one change at a time.
 */
final class BlockStore {
    private final Files files;
    private final Path directory;
    private final Clock clock;
    private final PageCache cache;
    private final ManifestFile manifestFile;
    private final DiskRoom room;
    private final AtomicLong nextId;
    private final StateCell cell;
    private final BlockSettings settings;
    private final List<NewBlock> unpublished = new ArrayList<>();
    /** Idle ones: one for flushing, one for merging. */
    private final ArrayBlockingQueue<BlockWorkspace> workspaces = new ArrayBlockingQueue<>(2);

    private volatile boolean closed;
    private final AtomicLong spansFlushed = new AtomicLong();
    private final AtomicLong spansRewritten = new AtomicLong();

    BlockStore(StoreSettings settings, PageCache cache, ManifestFile manifestFile, DiskRoom room, StateCell cell) {
        this.files = settings.files();
        this.directory = settings.directory();
        this.clock = settings.clock();
        this.settings = settings.blockSettings();
        this.cache = cache;
        this.manifestFile = manifestFile;
        this.room = room;
        this.cell = cell;
        this.nextId = new AtomicLong(cell.current().manifest().nextBlockId());
    }

    /** Spans that came from the head into blocks since the store was opened. */
    long spansFlushed() {
        return spansFlushed.get();
    }

    /** Spans that merging wrote again since the store was opened. */
    long spansRewritten() {
        return spansRewritten.get();
    }

    private BlockWorkspace takeWorkspace() {
        BlockWorkspace idle = workspaces.poll();
        return idle == null ? new BlockWorkspace(settings) : idle;
    }

    private void give(BlockWorkspace workspace) {
        if (closed || !workspace.isWorthKeeping() || !workspaces.offer(workspace)) {
            workspace.close();
        }
    }

    /** Lets go of memory; blocks may still be written. */
    void close() {
        closed = true;
        for (BlockWorkspace idle; (idle = workspaces.poll()) != null; ) {
            idle.close();
        }
    }

    /** How blocks are cut. */
    BlockSettings settings() {
        return settings;
    }

    /** Pages of the blocks that are read. */
    PageCache cache() {
        return cache;
    }

    /** Epoch nanoseconds. */
    long now() {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    /** Fills a block. */
    interface Filling {
        void fill(BlockWriter writer) throws IOException;
    }

    /** Writes a block, durable when this returns, and opens it; nothing names it yet. */
    NewBlock write(int partition, int level, Filling filling) throws IOException {
        if (cell.current().manifest().generation() == 0) {
            publishFirst();
        }
        long id = nextId.getAndIncrement();
        Path path = BlockFiles.file(directory, id);
        try {
            BlockMeta meta;
            BlockWorkspace workspace = takeWorkspace();
            try (BlockWriter writer = BlockWriter.create(files, path, settings, workspace)) {
                filling.fill(writer);
                meta = writer.finish();
            } finally {
                give(workspace);
            }
            files.forceDirectory(directory);
            Block block = openWritten(path);
            BlockEntry entry = new BlockEntry(
                    id,
                    partition,
                    level,
                    meta.spans(),
                    meta.traces(),
                    meta.minStart(),
                    meta.maxEnd(),
                    meta.firstArrival(),
                    meta.lastArrival(),
                    meta.bytes(),
                    false,
                    List.of());
            return new NewBlock(new OpenBlock(files, path, block), entry);
        } catch (Throwable failure) {
            if (files.exists(path)) {
                files.delete(path);
            }
            throw failure;
        }
    }

    private Block openWritten(Path path) throws IOException {
        try {
            return Block.open(files, path, cache);
        } catch (DamagedException unreadable) {
            cache.forgetDamage(path);
            throw new IOException("what was just written cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    /** There is a manifest before there is a block: so blocks without one are a store that has lost it. */
    private synchronized void publishFirst() throws IOException {
        if (cell.current().manifest().generation() == 0) {
            change(
                    before -> before.next(before.blocks(), 0, 0),
                    (state, manifest) -> new StoreState(state.chunks(), state.blocks(), manifest));
        }
    }

    /**
     * Removes a block that could not be published. Its file stays until a later publication succeeds: after a crash the
     * manifest that failed may be the one found, and must find its blocks.
     */
    synchronized void discard(NewBlock block) {
        unpublished.add(block);
    }

    /** Puts blocks in the place of the oldest chunk. */
    synchronized void publishFlush(HeadChunk chunk, List<NewBlock> written) throws IOException {
        change(
                before -> before.next(
                                join(
                                        before.blocks(),
                                        written.stream().map(NewBlock::entry).toList()),
                                chunk.spans(),
                                chunk.newTraces())
                        .covering(chunk.lastSequence()),
                (state, manifest) -> {
                    List<HeadChunk> chunks = new ArrayList<>(state.chunks());
                    chunks.remove(chunk);
                    List<LiveBlock> blocks = new ArrayList<>(state.blocks());
                    written.forEach(block -> blocks.add(new LiveBlock(block.file(), block.entry())));
                    return new StoreState(List.copyOf(chunks), List.copyOf(blocks), manifest);
                });
        written.forEach(block -> spansFlushed.addAndGet(block.entry().spans()));
    }

    /**
     * Puts {@code merged}, or nothing when no trace was left, in the place of the inputs. Traces deleted from the inputs
     * while they were merged are deleted from the new block too.
     *
     * @return false, and nothing was done, when an input was dropped meanwhile
     */
    synchronized boolean publishMerge(List<LiveBlock> inputs, @Nullable NewBlock merged) throws IOException {
        Map<Long, List<TraceId>> gone = new HashMap<>();
        inputs.forEach(input -> gone.put(input.entry().id(), input.entry().deleted()));
        Set<TraceId> deleted = new TreeSet<>();
        boolean eraseSoon = false;
        int live = 0;
        for (BlockEntry entry : cell.current().manifest().blocks()) {
            List<TraceId> before = gone.get(entry.id());
            if (before != null) {
                live++;
                // What was deleted before the merge is not in the merged block, unless it came anew.
                if (entry.deleted().size() > before.size()) {
                    eraseSoon |= entry.erase();
                    Set<TraceId> since = new TreeSet<>(entry.deleted());
                    before.forEach(since::remove);
                    deleted.addAll(since);
                }
            }
        }
        if (live < inputs.size()) {
            return false;
        }
        List<BlockEntry> added = merged == null
                ? List.of()
                : List.of(merged.entry()
                        .withDeleted(
                                deleted.stream()
                                        .filter(id -> merged.file().block().find(id) >= 0
                                                || merged.file().block().mayHide(id))
                                        .toList(),
                                eraseSoon));
        change(
                before -> before.next(
                        join(
                                before.blocks().stream()
                                        .filter(entry -> !gone.containsKey(entry.id()))
                                        .toList(),
                                added),
                        0,
                        0),
                (state, manifest) -> {
                    List<LiveBlock> blocks = new ArrayList<>(state.blocks());
                    blocks.removeIf(block -> gone.containsKey(block.entry().id()));
                    if (merged != null) {
                        blocks.add(new LiveBlock(merged.file(), added.getFirst()));
                    }
                    return new StoreState(state.chunks(), List.copyOf(blocks), manifest);
                });
        if (merged != null) {
            spansRewritten.addAndGet(merged.entry().spans());
        }
        return true;
    }

    /**
     * Removes those of these traces that blocks hold, on request; the head must hold none of them.
     *
     * @return how many they were
     */
    synchronized long publishDeletion(Set<TraceId> ids) throws IOException {
        Removal removal = Removal.of(ids, cell.current().blocks());
        if (!removal.isEmpty()) {
            publishRemoval(removal, true);
        }
        return removal.count();
    }

    /**
     * Removes traces, which no chunk of the head holds: blocks that hold nothing else are dropped, in the others they are
     * masked. Blocks that cannot be opened stay named as they are. A mark as to be kept goes with its trace.
     *
     * @param removal made from blocks that are still live
     * @param onRequest whether they are deleted on request, so that the masked blocks are to be rewritten soon
     */
    synchronized void publishRemoval(Removal removal, boolean onRequest) throws IOException {
        List<LiveBlock> left = new ArrayList<>();
        Map<Long, BlockEntry> masked = new HashMap<>();
        Set<Long> dropped = new HashSet<>();
        long spansBefore = 0;
        long spansAfter = 0;
        for (LiveBlock block : cell.current().blocks()) {
            RoaringBitmap going = removal.pieces(block.entry().id());
            LiveBlock after = going.isEmpty() ? block : block.without(going, onRequest);
            spansBefore += block.spans();
            spansAfter += after.spans();
            if (after.traces() > 0) {
                left.add(after);
                masked.put(after.entry().id(), after.entry());
            } else {
                dropped.add(after.entry().id());
            }
        }
        long spansMore = spansAfter - spansBefore;
        change(
                before -> before.next(
                                before.blocks().stream()
                                        .filter(entry -> !dropped.contains(entry.id()))
                                        .map(entry -> masked.getOrDefault(entry.id(), entry))
                                        .toList(),
                                spansMore,
                                -removal.count())
                        .keeping(before.kept().stream()
                                .filter(id -> !removal.traces().contains(id))
                                .toList()),
                (state, manifest) -> new StoreState(state.chunks(), List.copyOf(left), manifest));
    }

    /** Marks these traces, ascending, and no others as to be kept. */
    synchronized void publishKept(List<TraceId> traces) throws IOException {
        change(
                before -> before.next(before.blocks(), 0, 0).keeping(traces),
                (state, manifest) -> new StoreState(state.chunks(), state.blocks(), manifest));
    }

    private interface StateChange {
        StoreState apply(StoreState before, Manifest published);
    }

    private void change(UnaryOperator<Manifest> manifestChange, StateChange stateChange) throws IOException {
        Manifest after = manifestChange.apply(cell.current().manifest()).withNextBlockId(nextId.get());
        room.publish(() -> manifestFile.publish(after));
        cell.replace(before -> stateChange.apply(before, after));
        unpublished.forEach(block -> block.file().drop());
        unpublished.clear();
    }

    /**
     * Refuses a block of about so many bytes when there is no room for it.
     *
     * @throws io.clew.store.files.DiskFullException when there is not
     */
    void demandRoom(long bytes, DiskRoom.Use use) throws IOException {
        room.demand(BlockFiles.file(directory, nextId.get()), bytes, use);
    }

    private static <T> List<T> join(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }
}

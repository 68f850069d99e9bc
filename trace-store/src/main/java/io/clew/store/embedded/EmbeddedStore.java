package io.clew.store.embedded;

import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals;
import io.clew.model.RequestDecoder;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.AppendResult;
import io.clew.store.Damage;
import io.clew.store.DamageRegister;
import io.clew.store.DamagedException;
import io.clew.store.DeleteResult;
import io.clew.store.KeptCells;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.StoreCopy;
import io.clew.store.StoreLayout;
import io.clew.store.StoreOnDisk;
import io.clew.store.StoreStats;
import io.clew.store.TraceStore;
import io.clew.store.block.Block;
import io.clew.store.block.PageCache;
import io.clew.store.cells.CellDirectory;
import io.clew.store.files.DirectorySize;
import io.clew.store.files.DiskFullException;
import io.clew.store.files.Files;
import io.clew.store.log.BatchCodec;
import io.clew.store.log.Log;
import io.clew.store.log.LogDamage;
import io.clew.store.log.LogSettings;
import io.clew.store.log.LogVisitor;
import io.clew.store.log.LossFile;
import io.clew.store.manifest.BlockEntry;
import io.clew.store.manifest.DirectoryLock;
import io.clew.store.manifest.Manifest;
import io.clew.store.manifest.ManifestFile;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The store in one directory: {@code log/} holds what is not yet in blocks, {@code block-*.clew} the blocks,
 * {@code MANIFEST} says which of them are live, {@code cells/} keeps what was computed of them, {@code LOSSES} and
 * {@code damaged/} what of the log could not be read. Opening replays the log. One process owns the directory. Some lines
 * over 500: here all of these are put together, and what each does stands in its own class.
 */
public final class EmbeddedStore implements TraceStore, StoreOnDisk {
    private static final Logger LOG = System.getLogger(EmbeddedStore.class.getName());
    private static final Duration RETRY_BUSY = Duration.ofSeconds(1);
    private static final int HEAD_CHUNKS = 3;
    private static final int MOST_KEPT = 1 << 16;

    private final StoreSettings settings;
    private final DirectoryLock lock;
    private final Log log;
    private final BatchPool pool;
    private final PageCache cache;
    private final StateCell cell;
    private final BlockStore blocks;
    private final DiskRoom room;
    private final Committer committer;
    private final Repeats repeats = new Repeats();
    private final Refusals noneRefused = new Refusals();
    private final CellDirectory cells;
    private final Maintenance maintenance;
    private final SearchThreads searchThreads = new SearchThreads();
    private final AtomicLong repeated = new AtomicLong();
    private final DamageRegister damage = new DamageRegister();
    private final List<MissingBlock> missing = new ArrayList<>();
    private final LossFile losses;
    /** Held by the one copy under way. */
    private final Object copying = new Object();

    private volatile boolean closed;

    private EmbeddedStore(StoreSettings settings, DirectoryLock lock) throws IOException {
        this.settings = settings;
        this.lock = lock;
        this.pool = new BatchPool((HEAD_CHUNKS + 1) * settings.chunkBytes());
        this.cache = new PageCache(settings.pageCacheBytes(), damage, settings.clock());
        Files files = settings.files();
        Path directory = settings.directory();
        ManifestFile manifestFile = openManifest(files, directory);
        Manifest manifest = manifestFile.current();
        manifestFile.sweep(directory, file -> isKept(manifest, file));
        this.losses = LossFile.open(files, directory);
        this.cell = new StateCell(
                new StoreState(List.of(new HeadChunk(pool, System.nanoTime())), openBlocks(manifest), manifest));
        this.room = new DiskRoom(files, directory, settings.marginBytes());
        this.blocks = new BlockStore(settings, cache, manifestFile, room, cell);
        if (LogDirectory.isLost(files, directory)) {
            losses.note(LogDirectory.loss(directory));
        }
        this.log = settings.marginBytes() == 0
                ? Log.open(files, LogDirectory.of(directory), LogSettings.DEFAULT)
                : Log.open(files, LogDirectory.of(directory), LogSettings.DEFAULT, this::roomForLog);
        this.committer = new Committer(log, pool, this::publish);
        this.cells = CellDirectory.open(files, directory, settings.cells(), settings.clock(), damage::note);
        this.maintenance = new Maintenance(settings, cell, blocks, room, committer, log, this::seal, cells);
    }

    /**
     * Opens the directory, makes it when missing, and replays what its log holds beyond the blocks.
     *
     * @throws IOException when another process owns the directory, the disk fails, or the manifest is damaged; the message
     *     says which
     */
    public static EmbeddedStore open(StoreSettings settings) throws IOException {
        makeDirectory(settings.files(), settings.directory().toAbsolutePath());
        DirectoryLock lock = DirectoryLock.take(settings.directory());
        try {
            EmbeddedStore store = new EmbeddedStore(settings, lock);
            store.replay();
            store.committer.start();
            store.maintenance.start();
            return store;
        } catch (IOException | RuntimeException failure) {
            lock.close();
            throw failure;
        }
    }

    private static ManifestFile openManifest(Files files, Path directory) throws IOException {
        String mend = "without it nothing says what in the directory counts; 'clew store repair' rebuilds it";
        try {
            ManifestFile found = ManifestFile.open(files, directory);
            if (found.current().generation() == 0
                    && !BlockFiles.list(files, directory).isEmpty()) {
                throw new IOException("there are blocks and no " + directory.resolve(ManifestFile.NAME) + ": " + mend);
            }
            return found;
        } catch (DamagedException unreadable) {
            throw new IOException(unreadable.getMessage() + "; " + mend, unreadable);
        }
    }

    /** Makes the directory and those above it that are missing, durably. */
    static void makeDirectory(Files files, Path directory) throws IOException {
        Path parent = directory.getParent();
        if (!files.exists(directory) && parent != null) {
            makeDirectory(files, parent);
            files.createDirectories(directory);
            files.forceDirectory(parent);
        }
    }

    /** Whether an entry of the directory is to stay: all but blocks that the manifest does not name. */
    private static boolean isKept(Manifest manifest, Path file) {
        OptionalLong id = BlockFiles.id(file);
        return id.isEmpty() || manifest.blocks().stream().anyMatch(entry -> entry.id() == id.getAsLong());
    }

    private List<LiveBlock> openBlocks(Manifest manifest) throws IOException {
        List<LiveBlock> live = new ArrayList<>();
        for (BlockEntry entry : manifest.blocks()) {
            Path path = BlockFiles.file(settings.directory(), entry.id());
            try {
                Block block = Block.open(settings.files(), path, cache);
                live.add(new LiveBlock(new OpenBlock(settings.files(), path, block), entry));
            } catch (DamagedException found) {
                damage.note(Damage.of(found));
                missing.add(new MissingBlock(entry, Damage.of(found)));
            }
        }
        return List.copyOf(live);
    }

    private void replay() throws IOException {
        Map<Integer, RequestDecoder> decoders = new HashMap<>();
        settings.decoders().forEach(decoder -> decoders.put(decoder.codec(), decoder));
        BatchCodec own = new BatchCodec();
        decoders.put(own.codec(), own);
        Refusals refusals = new Refusals();
        LogVisitor visitor = found -> {
            RequestDecoder decoder = decoders.get(found.codec());
            SpanBatch batch = pool.take();
            refusals.replay(found.refusedPositions());
            try {
                if (decoder == null) {
                    throw new MalformedRequestException(
                            MalformedRequestException.Reason.UNDECODABLE, "no decoder reads codec " + found.codec());
                }
                decoder.decode(found.request(), found.limits(), batch, refusals);
            } catch (MalformedRequestException unreadable) {
                Damage place = new Damage(
                        found.file(),
                        found.at(),
                        "log record " + found.sequence() + " cannot be decoded: " + unreadable.getMessage());
                lose(new LogDamage(place, true, found.sequence(), 1, found.length()));
                batch.clear();
            }
            settle(batch, found.sequence());
            if (maintenance.chunkIsFull()) {
                seal();
                // As much as the log may hold fits into the head; the blocks are written while questions are answered.
                if (cell.current().chunks().size() > HEAD_CHUNKS + 1) {
                    maintenance.flushToMakeRoom();
                }
            }
        };
        log.replay(cell.current().manifest().coveredSequence(), visitor, this::lose);
        StoreState state = cell.current();
        if (log.lastSequence()
                > Math.max(state.manifest().coveredSequence(), state.active().lastSequence())) {
            // Lost ones at the end: blocks will hold all there is of them.
            state.active().cover(log.lastSequence());
        }
        // Repeats are told since the start; those that are met again here came before it.
        repeated.set(0);
        Optional.ofNullable(log.doubtful()).ifPresent(place -> LOG.log(Level.WARNING, place.line()));
        losses.places().forEach(damage::note);
        log.damage().forEach(damage::note);
    }

    /** Keeps the file in which log records are lost, and the knowledge of it beyond the log's own life. */
    private void lose(LogDamage loss) throws IOException {
        LOG.log(Level.ERROR, loss.place().line());
        losses.note(loss);
        log.retire(loss.place().file());
    }

    @Override
    public SpanBatch newBatch() {
        return pool.take();
    }

    @Override
    public void discard(SpanBatch batch) {
        pool.give(batch);
    }

    @Override
    public CompletableFuture<AppendResult> append(
            SpanBatch batch, @Nullable SourceRequest source, DecodeLimits limits, Refusals refusals) {
        if (batch.spanCount() == 0) {
            pool.give(batch);
            return CompletableFuture.completedFuture(new AppendResult.Stored(log.lastSequence(), 0, 0));
        }
        if (isBusy(source == null ? 0 : source.length())) {
            pool.give(batch);
            String full = maintenance.diskFull();
            return CompletableFuture.completedFuture(
                    full == null
                            ? new AppendResult.Busy(RETRY_BUSY)
                            : new AppendResult.DiskFull(full, Committer.RETRY_DISK_FULL));
        }
        PendingAppend pending = new PendingAppend(
                batch,
                source == null ? BatchCodec.encode(batch, blocks.now()) : source,
                limits,
                refusals.count() == 0 ? noneRefused : refusals.copy());
        if (!committer.offer(pending)) {
            pool.give(batch);
            return CompletableFuture.completedFuture(new AppendResult.Failed("the store is closing"));
        }
        return pending.outcome;
    }

    /** What the log holds must still find room in blocks, and these take no more than it does. */
    private long roomForLog() throws IOException {
        return room.free() - log.unflushedBytes(cell.current().manifest().coveredSequence());
    }

    /** Whether the log, the queue or the head holds as much as is allowed. */
    private boolean isBusy(long more) {
        StoreState state = cell.current();
        return log.unflushedBytes(state.manifest().coveredSequence()) + committer.queuedBytes() + more
                        > settings.largestUnflushed()
                || state.chunks().size() > HEAD_CHUNKS;
    }

    /** Publishes a durable append and answers it. On the committer's thread. */
    private void publish(PendingAppend append) {
        int spans = append.batch.spanCount();
        int stored = settle(append.batch, append.sequence);
        append.outcome.complete(new AppendResult.Stored(append.sequence, stored, spans - stored));
        if (maintenance.chunkIsFull()) {
            seal();
            maintenance.wake();
        }
    }

    /** Settles repeats and adds what is new to the head; answers how many spans that were. */
    private int settle(SpanBatch batch, long sequence) {
        HeadBatch wrapped = pool.wrap(batch);
        StoreState state = cell.acquire();
        try {
            int newTraces = repeats.settle(state, wrapped);
            int stored = wrapped.storedSpans();
            repeated.addAndGet(batch.spanCount() - stored);
            if (stored == 0 && !repeats.noted()) {
                state.active().cover(sequence);
                pool.give(wrapped);
            } else {
                state.active().publish(wrapped, sequence, newTraces);
            }
            return stored;
        } finally {
            cell.release(state);
        }
    }

    /** Opens a new active chunk if there is anything in the current one. On the committer's thread. */
    private void seal() {
        cell.replace(state -> {
            if (state.active().isEmpty()) {
                return state;
            }
            List<HeadChunk> chunks = new ArrayList<>(state.chunks());
            chunks.add(new HeadChunk(pool, System.nanoTime()));
            return new StoreState(List.copyOf(chunks), state.blocks(), state.manifest());
        });
    }

    @Override
    public Snapshot snapshot() {
        return new EmbeddedSnapshot(cell, missing, losses.places(), searchThreads);
    }

    @Override
    public DeleteResult delete(Collection<TraceId> traces) throws IOException {
        Set<TraceId> ids = new TreeSet<>(traces);
        return await(committer.call(() -> {
            return new Deletion(cell, blocks, log, this::seal, maintenance, missing, losses.places()).delete(ids);
        }));
    }

    @Override
    public Keeping keep(TraceId trace, boolean kept) throws IOException {
        return await(committer.call(() -> {
            if (!holds(trace)) {
                return Keeping.NO_SUCH_TRACE;
            }
            TreeSet<TraceId> marked = new TreeSet<>(kept());
            if (kept ? marked.add(trace) : marked.remove(trace)) {
                if (marked.size() > MOST_KEPT) {
                    return Keeping.TOO_MANY;
                }
                blocks.publishKept(List.copyOf(marked));
                maintenance.reconsiderRetention();
            }
            return Keeping.DONE;
        }));
    }

    private boolean holds(TraceId trace) {
        StoreState state = cell.acquire();
        try {
            return state.holds(trace);
        } finally {
            cell.release(state);
        }
    }

    @Override
    public List<TraceId> kept() {
        return cell.current().manifest().kept();
    }

    @Override
    public void flush() throws IOException {
        await(committer.call(() -> {
            seal();
            return true;
        }));
        maintenance.flushSealed();
    }

    @Override
    public void maintain() throws IOException {
        maintenance.mergeAndRetain(true);
    }

    @Override
    public StoreStats stats() {
        StoreState state = cell.current();
        Interval times = new Interval();
        long spans = 0;
        long traces = state.manifest().tracesStored()
                - missing.stream()
                        .mapToLong(block ->
                                block.entry().traces() - block.entry().deleted().size())
                        .sum();
        for (HeadChunk chunk : state.chunks()) {
            if (chunk.count() > 0) {
                spans += chunk.spans();
                traces += chunk.newTraces();
                times.add(chunk.times().start, chunk.times().end);
            }
        }
        for (LiveBlock block : state.blocks()) {
            spans += block.spans();
            times.add(block.times().start, block.times().end);
        }
        return new StoreStats(
                spans,
                traces,
                repeated.get(),
                blocks.spansFlushed(),
                blocks.spansRewritten(),
                state.blocks().size(),
                DirectorySize.of(settings.files(), settings.directory(), file -> !file.endsWith(COPIES)),
                log.unflushedBytes(state.manifest().coveredSequence()),
                times.start,
                times.end,
                maintenance.isDue(),
                committer.trouble() == null ? maintenance.trouble() : committer.trouble(),
                missing.stream().mapToLong(block -> block.entry().spans()).sum(),
                losses.losses().stream()
                        .mapToLong(loss -> Math.max(1, loss.records()))
                        .sum(),
                damage.places(),
                log.doubtful());
    }

    @Override
    public KeptCells cells() {
        return cells;
    }

    @Override
    public StoreLayout layout(ReadControl control) {
        StoreState state = cell.acquireBlocks();
        try {
            LayoutReader reader = new LayoutReader();
            state.blocks().forEach(block -> reader.add(block, control));
            long head = cell.current().chunks().stream()
                    .filter(chunk -> chunk.count() > 0)
                    .mapToLong(HeadChunk::spans)
                    .sum();
            return reader.layout(head, LayoutReader.logBytes(settings.files(), settings.directory()));
        } finally {
            cell.release(state);
        }
    }

    @Override
    public StoreCopy copyTo(Path directory) throws IOException {
        synchronized (copying) {
            flush();
            StoreState state = cell.acquireBlocks();
            try {
                return new DirectoryCopy(settings.files(), settings.directory(), directory).make(state.manifest());
            } finally {
                cell.release(state);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (DirectoryLock _ = lock;
                Log _ = log) {
            maintenance.stop();
            try {
                await(committer.call(() -> {
                    seal();
                    return true;
                }));
                maintenance.flushSealed();
            } catch (DiskFullException full) {
                LOG.log(Level.WARNING, "what is not yet in blocks stays in the log: " + full.getMessage());
            } finally {
                committer.close();
                searchThreads.close();
                blocks.close();
                cell.current().blocks().forEach(block -> block.file().release());
            }
        }
    }

    private static <T> T await(CompletableFuture<T> result) throws IOException {
        try {
            return result.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof IOException expected) {
                throw expected;
            }
            throw failure;
        }
    }
}

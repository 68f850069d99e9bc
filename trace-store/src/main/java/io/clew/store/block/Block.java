package io.clew.store.block;

import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.DamagedException;
import io.clew.store.FirstNames;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.SpanColumns;
import io.clew.store.SpanCondition;
import io.clew.store.Window;
import io.clew.store.files.FileHandle;
import io.clew.store.files.Files;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * An immutable file of traces, read by positional reads through a {@link PageCache}. Holds on its own only where things
 * stand: about 100 bytes a row group, 12 a directory page. Traces are numbered ("ordinals") in ascending order of (start,
 * id), {@link SpanBatch#NO_TIME} first. {@link BlockWriter} writes the file; {@code docs/formats/block.md} describes it.
 *
 * <p>Over 500 lines because the ways to a trace (filter, lookup, directory) and what stands for each when it cannot be read
 * are one piece.
 *
 * <p>Thread-safe. What is wrong with the file is a {@link io.clew.store.DamagedException} of the reads that need the part.
 */
public final class Block implements Closeable {
    private final BlockFile file;
    private final Footer footer;
    private final Decompression decompression;
    private final int largestRowGroup;
    private volatile @Nullable BinaryFuseFilter filter;
    /** By number, what stands for directory pages that cannot be read. Changed under its own lock. */
    private final Map<Integer, LostPage> lostPages = new ConcurrentHashMap<>();

    private volatile boolean lostSome;
    private volatile @Nullable RebuiltLookup rebuiltLookup;

    /** What stands for a directory page until it is read again. */
    private record LostPage(DirectoryPage page, Loss loss) {}

    /** Upper half of the mixed id, then ordinal, of each trace: in place of filter and lookup pages that cannot be read. */
    private record RebuiltLookup(long[] entries, Loss loss) {}

    private Block(BlockFile file, Footer footer) {
        this.file = file;
        this.footer = footer;
        this.decompression = file.cache.decompression();
        this.largestRowGroup = IntStream.range(0, footer.groups())
                .map(this::rowGroupSpans)
                .max()
                .orElse(0);
    }

    /**
     * Opens a block.
     *
     * @throws io.clew.store.DamagedException when the file is not there, or its marks or footer are not what was written
     * @throws IOException when the file cannot be opened, or is of a version this program does not know
     */
    public static Block open(Files files, Path path, PageCache cache) throws IOException {
        FileHandle handle;
        try {
            handle = files.open(path, Files.Mode.READ);
        } catch (NoSuchFileException gone) {
            throw new DamagedException(path, 0, "the block's file is not there");
        }
        boolean opened = false;
        try {
            BlockFile file = new BlockFile(path, handle, cache, new AtomicBoolean());
            Block block = new Block(file, Footer.read(path, handle, file));
            opened = true;
            return block;
        } finally {
            if (!opened) {
                handle.close();
            }
        }
    }

    /**
     * The same file once more, read through another cache. What is found damaged there is known here too.
     *
     * @throws IOException when the file cannot be opened
     */
    public Block again(Files files, PageCache other) throws IOException {
        FileHandle handle = files.open(file.path, Files.Mode.READ);
        try {
            return new Block(new BlockFile(file.path, handle, other, file.damaged()), footer);
        } catch (IOException | RuntimeException failure) {
            handle.close();
            throw failure;
        }
    }

    BlockFile file() {
        return file;
    }

    Footer footer() {
        return footer;
    }

    public BlockMeta meta() {
        return footer.meta();
    }

    /** How many traces; ordinals run from 0 to one less. */
    public int traces() {
        return (int) footer.meta().traces();
    }

    // ---- the directory

    /** The trace's ordinal, or -1. Reads the filter, and when that does not exclude it, two or three small pages. */
    public int find(TraceId id) {
        return find(id.high(), id.low());
    }

    /** As {@link #find(TraceId)}; allocates nothing when the filter excludes the trace. */
    public int find(long high, long low) {
        if (!mayContain(low)) {
            return -1;
        }
        for (int ordinal : lookUp(low, TraceId.mix(low) >>> 32)) {
            if (directory(ordinal).high()[ordinal % DirectoryPage.ENTRIES] == high) {
                return ordinal;
            }
        }
        return -1;
    }

    /**
     * False when no trace with these low 64 bits of its id is here. Asks the filter, which stays in the heap once read: about
     * nine bits a trace.
     */
    public boolean mayContain(long low) {
        if (traces() == 0) {
            return false;
        }
        BinaryFuseFilter known = filter;
        if (known == null) {
            if (rebuiltLookup() != null) {
                return true;
            }
            try {
                known = file.page(footer.filterAt(), footer.filterLength(), BinaryFuseFilter::read);
            } catch (DamagedException unreadable) {
                rebuildLookup();
                return true;
            }
            filter = known;
        }
        return known.mayContain(TraceId.mix(low));
    }

    /** Null when there is none, or when what it lacks may be read again now. */
    private @Nullable RebuiltLookup rebuiltLookup() {
        RebuiltLookup known = rebuiltLookup;
        return known != null && known.loss.holds(file.cache.clock()) ? known : null;
    }

    /** Without filter or lookup, traces are found by a list of all that the directory's readable pages name. */
    private long[] rebuildLookup() {
        RebuiltLookup known = rebuiltLookup();
        if (known == null) {
            long[] entries = new long[traces()];
            int size = 0;
            Loss loss = Loss.FOR_EVER;
            for (int ordinal = 0; ordinal < entries.length; ) {
                DirectoryPage page = directory(ordinal);
                int end = ordinal + page.low().length;
                if (page.isLost()) {
                    LostPage lost = lostPages.get(ordinal / DirectoryPage.ENTRIES);
                    loss = loss.or(lost == null ? Loss.passing(file.cache.clock()) : lost.loss);
                    ordinal = end;
                    continue;
                }
                for (long low : page.low()) {
                    entries[size++] = TraceId.mix(low) >>> 32 << 32 | ordinal++;
                }
            }
            entries = Arrays.copyOf(entries, size);
            // As signed numbers, in which order the search below looks too.
            Arrays.sort(entries);
            known = new RebuiltLookup(entries, loss);
            rebuiltLookup = known;
        }
        return known.entries;
    }

    private int[] lookUpRebuilt(long low, long prefix) {
        long[] all = rebuildLookup();
        int at = Arrays.binarySearch(all, prefix << 32);
        IntStream.Builder found = IntStream.builder();
        for (at = at < 0 ? -at - 1 : at; at < all.length && all[at] >>> 32 == prefix; at++) {
            int ordinal = (int) all[at];
            if (directory(ordinal).low()[ordinal % DirectoryPage.ENTRIES] == low) {
                found.add(ordinal);
            }
        }
        return found.build().toArray();
    }

    /** Whether something read so far of the file was not as it was written. */
    public boolean isDamaged() {
        return file.isDamaged();
    }

    /** Takes what was found damaged here off the list of damage: the file is going. */
    public void forgetDamage() {
        file.cache.damage().forget(file.path);
    }

    /** Whether the trace's entry in the directory cannot be read: it has no id and no spans then. */
    public boolean isLost(int ordinal) {
        return directory(ordinal).isLost();
    }

    /**
     * For reads that need the entries of these traces.
     *
     * @throws DamagedException when one is lost
     */
    void requireDirectory(int from, int to) {
        for (int page = from / DirectoryPage.ENTRIES; page * DirectoryPage.ENTRIES < to; page++) {
            if (isLost(page * DirectoryPage.ENTRIES)) {
                throw new DamagedException(
                        file.path, footer.directoryAt()[page], "the directory's page of its traces cannot be read");
            }
        }
    }

    /** Whether some page of the directory read so far is lost. */
    public boolean hasLost() {
        return lostSome;
    }

    /**
     * Whether a trace that {@link #find} has just not found may be here all the same: some part of the directory could not be
     * read, then or before.
     */
    public boolean mayHide(TraceId id) {
        return hasLost() && mayContain(id.low());
    }

    /** The ordinals of all traces with these low 64 id bits, ascending. */
    public int[] findLow64(long low) {
        return mayContain(low) ? lookUp(low, TraceId.mix(low) >>> 32) : new int[0];
    }

    private int[] lookUp(long low, long prefix) {
        if (rebuiltLookup() == null) {
            try {
                return lookUpInPages(low, prefix);
            } catch (DamagedException unreadable) {
                rebuildLookup();
            }
        }
        return lookUpRebuilt(low, prefix);
    }

    private int[] lookUpInPages(long low, long prefix) {
        int[] found = new int[2];
        int size = 0;
        int page = Arrays.binarySearch(footer.lookupFirst(), prefix);
        page = page < 0 ? -page - 2 : page;
        while (page > 0 && footer.lookupFirst()[page] == prefix) {
            page--;
        }
        for (page = Math.max(0, page);
                page < footer.lookupAt().length && footer.lookupFirst()[page] <= prefix;
                page++) {
            LookupPage entries = lookup(page);
            int at = Arrays.binarySearch(entries.prefixes(), prefix);
            while (at > 0 && entries.prefixes()[at - 1] == prefix) {
                at--;
            }
            for (; at >= 0 && at < entries.prefixes().length && entries.prefixes()[at] == prefix; at++) {
                int ordinal = (int) entries.ordinals()[at];
                if (directory(ordinal).low()[ordinal % DirectoryPage.ENTRIES] == low) {
                    found = size == found.length ? Arrays.copyOf(found, 2 * size) : found;
                    found[size++] = ordinal;
                }
            }
        }
        found = Arrays.copyOf(found, size);
        Arrays.sort(found);
        return found;
    }

    LookupPage lookup(int page) {
        int count = Math.min(LookupPage.ENTRIES, traces() - page * LookupPage.ENTRIES);
        return file.page(
                footer.lookupAt()[page], footer.lookupLength()[page], in -> LookupPage.read(in, count, decompression));
    }

    DirectoryPage directory(int ordinal) {
        int page = ordinal / DirectoryPage.ENTRIES;
        if (ordinal < 0 || ordinal >= traces()) {
            throw new IndexOutOfBoundsException("trace " + ordinal + " of " + traces());
        }
        if (!lostPages.isEmpty()) {
            LostPage known = lostPages.get(page);
            if (known != null) {
                return known.loss.holds(file.cache.clock()) ? known.page : lostOrReadAgain(page);
            }
        }
        try {
            return readDirectory(page);
        } catch (DamagedException unreadable) {
            return lostOrReadAgain(page);
        }
    }

    private DirectoryPage readDirectory(int page) {
        int count = directoryEntries(page);
        return file.page(
                footer.directoryAt()[page],
                footer.directoryLength()[page],
                in -> DirectoryPage.read(in, count, decompression));
    }

    private int directoryEntries(int page) {
        return Math.min(DirectoryPage.ENTRIES, traces() - page * DirectoryPage.ENTRIES);
    }

    /** What is known to stand for the page, or else the page, read again, or else what stands for it from then on. */
    private DirectoryPage lostOrReadAgain(int page) {
        synchronized (lostPages) {
            LostPage known = lostPages.get(page);
            if (known != null && known.loss.holds(file.cache.clock())) {
                return known.page;
            }
            try {
                DirectoryPage read = readDirectory(page);
                // Those before it were told where their rows end by a page behind this one.
                for (int before = page; lostPages.remove(before) != null; ) {
                    before--;
                }
                return read;
            } catch (DamagedException unreadable) {
                return lose(page, unreadable);
            }
        }
    }

    /** Finds what stands for an unreadable page, and for the unreadable ones behind it that are come upon. */
    private DirectoryPage lose(int first, DamagedException unreadable) {
        List<Loss> losses = new ArrayList<>();
        losses.add(Loss.of(unreadable, file.cache.clock()));
        long latestStart = 0;
        long rowsUpToItsEnd = -1;
        for (int page = first; rowsUpToItsEnd < 0; page++) {
            int next = page * DirectoryPage.ENTRIES + directoryEntries(page);
            int group = groupOf(next - 1);
            if (next == traces() || next == footer.firstTrace()[group + 1]) {
                latestStart = footer.newestStart()[group];
                rowsUpToItsEnd = footer.firstRow()[group + 1];
                break;
            }
            LostPage lost = lostPages.get(page + 1);
            try {
                DirectoryPage after = lost != null ? lost.page : readDirectory(page + 1);
                latestStart = after.start()[0];
                rowsUpToItsEnd = after.firstRow()[0];
            } catch (DamagedException unreadableToo) {
                losses.add(Loss.of(unreadableToo, file.cache.clock()));
            }
        }
        for (int i = 0; i < losses.size(); i++) {
            lostPages.put(
                    first + i,
                    new LostPage(
                            DirectoryPage.lost(
                                    directoryEntries(first + i),
                                    latestStart,
                                    footer.meta().maxEnd(),
                                    rowsUpToItsEnd),
                            losses.get(i)));
        }
        lostSome = true;
        return Objects.requireNonNull(lostPages.get(first)).page;
    }

    public TraceId id(int ordinal) {
        DirectoryPage page = directory(ordinal);
        int at = ordinal % DirectoryPage.ENTRIES;
        return new TraceId(page.high()[at], page.low()[at]);
    }

    boolean hasId(int ordinal, TraceId id) {
        DirectoryPage page = directory(ordinal);
        int at = ordinal % DirectoryPage.ENTRIES;
        return page.high()[at] == id.high() && page.low()[at] == id.low();
    }

    /** The trace's smallest valid start as known when the block was written, or {@link SpanBatch#NO_TIME}. */
    public long start(int ordinal) {
        return directory(ordinal).start()[ordinal % DirectoryPage.ENTRIES];
    }

    /** The trace's largest valid time as known when the block was written, or {@link SpanBatch#NO_TIME}. */
    public long end(int ordinal) {
        return directory(ordinal).end()[ordinal % DirectoryPage.ENTRIES];
    }

    /** Whether pieces of the trace stood elsewhere when the block was written; {@link #start} and {@link #end} cover them. */
    public boolean continued(int ordinal) {
        return directory(ordinal).continued()[ordinal % DirectoryPage.ENTRIES];
    }

    /** The first continued trace from {@code from} on, or {@code to} when there is none before. */
    public int nextContinued(int from, int to) {
        for (int ordinal = from; ordinal < to; ) {
            DirectoryPage page = directory(ordinal);
            int at = ordinal % DirectoryPage.ENTRIES;
            int end = Math.min(page.high().length, at + to - ordinal);
            for (; at < end; at++, ordinal++) {
                if (page.continued()[at]) {
                    return ordinal;
                }
            }
        }
        return to;
    }

    /**
     * Whether one of the traces {@code from} to {@code to - 1} starts no later than {@code latest} and overlaps the window,
     * as known when the block was written.
     */
    public boolean anyTrace(int from, int to, long latest, Window window) {
        for (int ordinal = from; ordinal < to; ) {
            DirectoryPage page = directory(ordinal);
            int at = ordinal % DirectoryPage.ENTRIES;
            int end = Math.min(page.high().length, at + to - ordinal);
            for (; at < end; at++, ordinal++) {
                if (page.start()[at] <= latest && window.overlaps(page.start()[at], page.end()[at])) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Spans of the trace in this block. */
    public int spanCount(int ordinal) {
        DirectoryPage page = directory(ordinal);
        int at = ordinal % DirectoryPage.ENTRIES;
        return (int) (page.firstRow()[at + 1] - page.firstRow()[at]);
    }

    // ---- spans

    /** Whether the trace has a span of this id here; reads 4 KiB for each 512 spans of the trace. */
    public boolean hasSpanId(int ordinal, long spanId) {
        int group = groupOf(ordinal);
        int rows = (int) (footer.firstRow()[group + 1] - footer.firstRow()[group]);
        int row = rowFrom(ordinal);
        for (int end = row + spanCount(ordinal); row < end; ) {
            long[] ids =
                    RowGroup.spanIds(file, footer.groupAt()[group], rows, row).values();
            int at = row % RowGroup.IDS_PER_PAGE;
            for (; at < ids.length && row < end; at++, row++) {
                if (ids[at] == spanId) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Appends all spans of the trace to a batch, exactly as they were sent, ascending by start. */
    public void read(int ordinal, SpanBatch into, ReadControl control) {
        control.check();
        requireDirectory(ordinal, ordinal + 1);
        int number = groupOf(ordinal);
        RowGroup group = group(number);
        group.guarded(() -> {
            RowDecoder decoder = new RowDecoder(group, SpanColumns.ALL, into, false);
            int row = rowFrom(ordinal);
            decoder.page(group.pageOf(row));
            trace(decoder, ordinal, row);
            return group;
        });
        control.inspected(1, spanCount(ordinal), 0);
    }

    void trace(RowDecoder decoder, int ordinal, int row) {
        DirectoryPage page = directory(ordinal);
        int at = ordinal % DirectoryPage.ENTRIES;
        decoder.trace(
                row, row + spanCount(ordinal), page.high()[at], page.low()[at], BlockWriter.base(page.start()[at]));
    }

    /** How many row groups. */
    public int rowGroups() {
        return footer.groups();
    }

    /** The ordinal of the row group's first trace. */
    public int firstOrdinal(int rowGroup) {
        return footer.firstTrace()[rowGroup];
    }

    /** The row of the trace's first span in its row group; its others follow. */
    public int rowFrom(int ordinal) {
        return (int)
                (directory(ordinal).firstRow()[ordinal % DirectoryPage.ENTRIES] - footer.firstRow()[groupOf(ordinal)]);
    }

    /** All spans of a row group in a fresh batch, trace after trace. */
    public SpanBatch readRowGroup(int rowGroup, ReadControl control) {
        RowGroup group = group(rowGroup);
        SpanBatch into = new SpanBatch();
        group.guarded(() -> {
            RowDecoder decoder = new RowDecoder(group, SpanColumns.ALL, into, true);
            int row = 0;
            for (int p = 0; p < group.pages(); p++) {
                control.check();
                decoder.page(p);
                for (int trace = group.pageTraces[p]; trace < group.pageTraces[p + 1]; trace++) {
                    int ordinal = firstOrdinal(rowGroup) + trace;
                    trace(decoder, ordinal, row);
                    row += spanCount(ordinal);
                }
                RowGroup.expect("rows up to page " + (p + 1), group.pageRows[p + 1], row);
            }
            return group;
        });
        control.inspected(group.traces(), group.rows, 0);
        return into;
    }

    /** The traces of a page of rows: {@code first} to {@code end - 1}. */
    public record PageTraces(int first, int end) {
        public boolean holds(int ordinal) {
            return ordinal >= first && ordinal < end;
        }
    }

    /** The traces that stand in the same page of rows as this one. */
    public PageTraces pageTraces(int ordinal) {
        int number = groupOf(ordinal);
        RowGroup group = group(number);
        int page = group.guarded(() -> group.pageOf(rowFrom(ordinal)));
        int first = firstOrdinal(number);
        return new PageTraces(first + group.pageTraces[page], first + group.pageTraces[page + 1]);
    }

    /** The row group a trace stands in. */
    public int rowGroupOf(int ordinal) {
        return groupOf(ordinal);
    }

    /** Spans of the largest row group; more than {@link BlockSettings#mostSpansOfTraces} when a single trace has them. */
    public int largestRowGroup() {
        return largestRowGroup;
    }

    /** Spans of a row group. */
    public int rowGroupSpans(int rowGroup) {
        return (int) (footer.firstRow()[rowGroup + 1] - footer.firstRow()[rowGroup]);
    }

    /** Appends the bytes of a row group to another block and returns the length of its header's page. */
    int copyRowGroup(int rowGroup, PageSink out) {
        out.copy(file, footer.groupAt()[rowGroup], footer.groupAt()[rowGroup + 1]);
        return footer.headerLength()[rowGroup];
    }

    private int groupOf(int ordinal) {
        int found = Arrays.binarySearch(footer.firstTrace(), 0, footer.groups(), ordinal);
        return found >= 0 ? found : -found - 2;
    }

    RowGroup group(int number) {
        long from = footer.groupAt()[number];
        int length = footer.headerLength()[number];
        long filterAt = footer.filterAt(number, 0);
        int rows = (int) (footer.firstRow()[number + 1] - footer.firstRow()[number]);
        int traces = footer.firstTrace()[number + 1] - footer.firstTrace()[number];
        return file.page(
                footer.headerAt(number),
                length,
                in -> new RowGroup(file, from, rows, traces, filterAt, hash -> mayHold(number, hash), in));
    }

    /** Whether a row group's value filter may hold a hash; reads one of its pages. */
    private boolean mayHold(int rowGroup, long hash) {
        int[] lengths = footer.filterLengths()[rowGroup];
        if (lengths.length == 0) {
            return false;
        }
        try {
            return filterPage(rowGroup, ValueFilter.page(hash, lengths.length)).mayContain(hash);
        } catch (DamagedException unreadable) {
            // Noted; without the filter, any value may be there.
            return true;
        }
    }

    private BinaryFuseFilter filterPage(int rowGroup, int page) {
        return file.page(
                footer.filterAt(rowGroup, page), footer.filterLengths()[rowGroup][page], BinaryFuseFilter::read);
    }

    /** Lengths of the pages of a row group's value filter. */
    int[] filterPages(int rowGroup) {
        return footer.filterLengths()[rowGroup];
    }

    /** Start of a row group's last trace, the newest in it. */
    public long newestStart(int rowGroup) {
        return footer.newestStart()[rowGroup];
    }

    /** Largest end of a row group's traces. */
    public long latestEnd(int rowGroup) {
        return footer.latestEnd()[rowGroup];
    }

    // ---- conditions

    /** A condition over a row group; null when header and value filter tell that no span there satisfies it. */
    public @Nullable RowGroupScan scan(SpanCondition condition, int rowGroup) {
        if (ValueSkip.excludes(condition, hash -> mayHold(rowGroup, hash))) {
            return null;
        }
        RowGroup group = group(rowGroup);
        ConditionScan scan = group.guarded(() -> new ConditionScan(group, this, firstOrdinal(rowGroup), condition));
        return scan.never() ? null : new RowGroupScan(this, group, scan, rowGroup);
    }

    /** Ordinals of the row group's traces in which some span may satisfy the condition; never misses one. */
    public RoaringBitmap matching(SpanCondition condition, int rowGroup, ReadControl control) {
        RoaringBitmap found = new RoaringBitmap();
        RowGroupScan scan = scan(condition, rowGroup);
        for (int page = 0; scan != null && page < scan.pages(); page++) {
            found.add(scan.traces(page, control));
        }
        return found;
    }

    /** The block's row of a row group's first span. */
    long firstRow(int rowGroup) {
        return footer.firstRow()[rowGroup];
    }

    /**
     * Which traces, from one ordinal to before another, have rows of a set.
     *
     * @param firstRow the block's row from which the set counts
     */
    int[] tracesOf(BitSet rows, long firstRow, int from, int to) {
        int[] found = new int[Math.min(to - from, rows.cardinality())];
        int size = 0;
        int row = rows.nextSetBit(0);
        for (int ordinal = from; row >= 0 && ordinal < to; ) {
            DirectoryPage page = directory(ordinal);
            int at = ordinal % DirectoryPage.ENTRIES;
            int end = Math.min(page.high().length, at + to - ordinal);
            for (ordinal += end - at; row >= 0 && at < end; at++) {
                int behind = Math.toIntExact(page.firstRow()[at + 1] - firstRow);
                if (row < behind) {
                    found[size++] = ordinal - end + at;
                    row = rows.nextSetBit(behind);
                }
            }
        }
        return Arrays.copyOf(found, size);
    }

    /** False when certainly no span here satisfies the condition; reads headers and filters, no column. */
    public boolean mayMatch(SpanCondition condition) {
        for (int i = 0; i < rowGroups(); i++) {
            if (mayMatch(condition, i)) {
                return true;
            }
        }
        return false;
    }

    /** As {@link #mayMatch(SpanCondition)}, for one row group. */
    public boolean mayMatch(SpanCondition condition, int rowGroup) {
        if (ValueSkip.excludes(condition, hash -> mayHold(rowGroup, hash))) {
            return false;
        }
        RowGroup group = group(rowGroup);
        return group.guarded(() -> new ConditionSkip(group).mayMatch(condition));
    }

    // ---- summaries

    /** Distinct text values of the resource attribute {@code service.name} of its spans. */
    public FirstNames<String> services() {
        OperationSummary summary = summary();
        return summary == null ? serviceList().services : summary.services();
    }

    /** Distinct (name, kind) of the spans of a service, of all spans when null. */
    public FirstNames<Snapshot.Operation> operations(@Nullable String service) {
        OperationSummary summary = summary();
        if (summary != null) {
            return summary.operations(service);
        }
        FirstNames<Snapshot.Operation> operations = new FirstNames<>();
        eachRowGroup(group -> OperationSummary.visit(
                group, service, (of, name, kind) -> operations.add(new Snapshot.Operation(name, kind))));
        return operations;
    }

    /** Whether {@link #services} and {@link #operations} know of every span; false when row groups they need cannot be read. */
    public boolean namesAreWhole() {
        return summary() != null || serviceList().whole;
    }

    /** Whether it keeps a summary of its operations, which are few then. */
    public boolean hasFewOperations() {
        return footer.summaryLength() > 0;
    }

    private @Nullable OperationSummary summary() {
        if (hasFewOperations()) {
            try {
                return file.page(
                        footer.summaryAt(), footer.summaryLength(), in -> OperationSummary.read(in, decompression));
            } catch (DamagedException unreadable) {
                // Noted; the row groups tell the same.
            }
        }
        return null;
    }

    /** The services of a block without a summary, kept for the next who asks. */
    private record ServiceList(FirstNames<String> services, boolean whole) implements PageCache.Page {
        @Override
        public int heapBytes() {
            return 100 + 120 * services.size();
        }
    }

    private ServiceList serviceList() {
        return file.derived(
                footer.summaryAt(),
                1,
                () -> {
                    FirstNames<String> services = new FirstNames<>();
                    boolean whole = eachRowGroup(
                            group -> OperationSummary.services(group, null).forEach(services::addAll));
                    return new ServiceList(services, whole);
                },
                ServiceList::whole);
    }

    /** False when some row groups cannot be read. */
    private boolean eachRowGroup(Consumer<RowGroup> visitor) {
        boolean whole = true;
        for (int i = 0; i < rowGroups(); i++) {
            try {
                visitor.accept(group(i));
            } catch (DamagedException unreadable) {
                // Noted; the names of this row group are missing.
                whole = false;
            }
        }
        return whole;
    }

    /** Bytes of the file by what they hold, checksums included. */
    public SortedMap<String, Long> layout() {
        SortedMap<String, Long> bytes = new TreeMap<>();
        bytes.put("marks and footer", footer.meta().bytes());
        footer.layout(bytes);
        for (int i = 0; i < rowGroups(); i++) {
            group(i).layout(bytes);
            bytes.merge("value filters", footer.headerAt(i) - footer.filterAt(i, 0), Long::sum);
            bytes.merge("headers", (long) footer.headerLength()[i] + BlockFile.CHECKSUM, Long::sum);
        }
        long known = bytes.values().stream().mapToLong(Long::longValue).sum()
                - footer.meta().bytes();
        bytes.put("marks and footer", footer.meta().bytes() - known);
        return bytes;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    @Override
    public String toString() {
        return "Block(" + file.path + ")";
    }
}

package io.clew.store.block;

import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.files.FileHandle;
import io.clew.store.files.Files;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes a block. {@code docs/formats/block.md} describes the file; {@link RowGroup} and {@link Footer} hold its parts.
 *
 * <pre>{@code
 * file      = head row-group* directory-page* lookup-page* [trace-filter] [summary] footer tail
 * row-group = span-id-page* (dictionary? column-page*)* arrivals value-filter-page* header
 * page      = bytes, CRC32C of the bytes (4 bytes, little-endian)
 * head      = "CLEWBLOK", version (4 bytes), CRC32C of these
 * tail      = footer length, version (4 bytes each), CRC32C of these, "CLEWBLOK"
 * }</pre>
 *
 * The beginning of a block of two spans in one trace (the format page takes the whole file apart):
 *
 * <pre>{@code
 * 0000  43 4c 45 57 42 4c 4f 4b 01 00 00 00 68 68 4e b5  CLEWBLOK, version 1, CRC32C
 * 0010  11 11 11 11 11 11 11 11 22 22 22 22 22 22 22 22  page of span ids
 * 0020  61 a9 21 ad                                      its CRC32C
 * 0024  06 00  06 47 45 54  9f 6f 03 7d                  dictionary of http.method: lengths all 3; 3 raw bytes; CRC32C
 * 002e  01 01 04 00 01  38 94 93 cc                      column template: planes, width 1, 2 raw bytes: 0, 1; CRC32C
 * }</pre>
 *
 * Spans are collected, trace after trace and sorted by start within each, over the columns of one row group; a full one
 * is encoded and written. So memory is bounded by one row group (and the largest trace), about 50 bytes a trace, and the source
 * batches: each is held on to, with 12 bytes a row, until a row group ends after more than {@value #MOST_SOURCES} of them have been
 * come upon. Not thread-safe.
 */
public final class BlockWriter implements Closeable {
    /** Attributes, events and links of a row group: its columns hold 8 bytes for each. */
    private static final int ROW_GROUP_ENTRIES = 1 << 21;
    /** Source batches remembered from one row group to the next; those that are used again count once. */
    private static final int MOST_SOURCES = 1 << 12;

    private final FileHandle file;
    private final BlockSettings settings;
    private final PageSink out;
    private final BlockWorkspace workspace;
    private final ByteSink page = new ByteSink();
    private final ByteSink footerGroups = new ByteSink();
    private final TraceDirectoryWriter directory;
    private final OperationSummary summary = new OperationSummary();

    private final TraceRows trace = new TraceRows();
    private boolean inTrace;
    private TraceId id = new TraceId(0, 0);
    private long knownStart = Long.MIN_VALUE;
    private long knownEnd;
    private boolean continued;
    private boolean firstTrace = true;

    private final OpenRowGroup rows;
    private final IdentityHashMap<SpanBatch, BatchSource> sources = new IdentityHashMap<>();
    private @Nullable BatchSource lastSource;
    private int[] firstRow = new int[1024];
    private int[] pageTraces = new int[16];
    private int traces;
    private int pageText;

    private int groups;
    private long spans;
    private long minStart = SpanBatch.NO_TIME;
    private long maxEnd = SpanBatch.NO_TIME;
    /** Start of the trace entered last. */
    private long newestStart = SpanBatch.NO_TIME;
    /** Largest end of the traces of the row group at hand. */
    private long latestEnd = SpanBatch.NO_TIME;

    private long firstArrival = SpanBatch.NO_TIME;
    private long lastArrival = SpanBatch.NO_TIME;

    private BlockWriter(FileHandle file, BlockSettings settings, BlockWorkspace workspace) {
        this.file = file;
        this.settings = settings;
        this.workspace = workspace;
        this.out = new PageSink(file);
        this.directory = new TraceDirectoryWriter(workspace.longs);
        this.rows = workspace.rows;
        rows.clear();
    }

    /**
     * Begins a block.
     *
     * @param workspace made for the same settings; of no other use before the writer is closed
     * @throws java.nio.file.FileAlreadyExistsException when there is such a file
     */
    public static BlockWriter create(Files files, Path file, BlockSettings settings, BlockWorkspace workspace)
            throws IOException {
        FileHandle handle = files.open(file, Files.Mode.CREATE_NEW);
        BlockWriter writer = new BlockWriter(handle, settings, workspace);
        Footer.writeHead(writer.page);
        writer.out.raw(writer.page.array, 0, writer.page.length);
        return writer;
    }

    /**
     * Begins the next trace. A trace to which no span is added is not written.
     *
     * @param start smallest valid start of the whole trace as known now, epoch nanoseconds, or
     *     {@link SpanBatch#NO_TIME}; what is known may lie outside of the spans added
     * @param end largest valid time of the whole trace as known now, or {@link SpanBatch#NO_TIME}
     * @throws IllegalArgumentException unless traces come in ascending order of start and id
     */
    public void beginTrace(TraceId traceId, long start, long end, boolean hasEarlierPieces) throws IOException {
        endTrace();
        inTrace = true;
        next(traceId, start, end, hasEarlierPieces);
    }

    private void next(TraceId traceId, long start, long end, boolean hasEarlierPieces) {
        if (!firstTrace && (start < knownStart || start == knownStart && traceId.compareTo(id) <= 0)) {
            throw new IllegalArgumentException("trace " + traceId + " at " + start + " comes after trace " + id + " at "
                    + knownStart + ", which is not the order of start and id");
        }
        firstTrace = false;
        id = traceId;
        knownStart = start;
        knownEnd = end;
        continued = hasEarlierPieces;
    }

    /**
     * Adds a row group of another block byte for byte: its traces, all that it has of them and nothing else, come next in
     * the order. What is damaged in it stays damaged and goes no further.
     *
     * @param hasEarlierPieces of each trace by its ordinal in the other block, as for {@link #beginTrace}
     */
    public void addRowGroup(Block source, int rowGroup, IntPredicate hasEarlierPieces) throws IOException {
        endTrace();
        inTrace = false;
        endRowGroup();
        RowGroup group = source.group(rowGroup);
        long from = out.position();
        int headerLength;
        try {
            summary.addUpToMost(group);
            for (long received : group.arrivals().times()) {
                arrived(received);
            }
            headerLength = source.copyRowGroup(rowGroup, out);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (int i = 0, ordinal = source.firstOrdinal(rowGroup); i < group.traces(); i++, ordinal++) {
            next(source.id(ordinal), source.start(ordinal), source.end(ordinal), hasEarlierPieces.test(ordinal));
            enter(source.spanCount(ordinal));
        }
        noteRowGroup(from, headerLength, group.rows, group.traces(), source.filterPages(rowGroup));
    }

    /** Enters the trace at hand into the directory. */
    private void enter(int count) {
        directory.add(id, knownStart, knownEnd, continued, count);
        spans += count;
        if (knownStart != SpanBatch.NO_TIME) {
            minStart = minStart == SpanBatch.NO_TIME ? knownStart : Math.min(minStart, knownStart);
        }
        maxEnd = Math.max(maxEnd, knownEnd);
        latestEnd = Math.max(latestEnd, knownEnd);
        newestStart = knownStart;
    }

    private void arrived(long received) {
        firstArrival = firstArrival == SpanBatch.NO_TIME ? received : Math.min(firstArrival, received);
        lastArrival = Math.max(lastArrival, received);
    }

    private void noteRowGroup(long from, int headerLength, int rowsOfGroup, int tracesOfGroup, int[] filterPages) {
        footerGroups.varint(out.position() - from);
        footerGroups.varint(headerLength);
        footerGroups.varint(rowsOfGroup);
        footerGroups.varint(tracesOfGroup);
        footerGroups.zigzag(newestStart);
        footerGroups.zigzag(latestEnd);
        footerGroups.varint(filterPages.length);
        for (int length : filterPages) {
            footerGroups.varint(length);
        }
        latestEnd = SpanBatch.NO_TIME;
        groups++;
    }

    /**
     * Adds a span of the trace begun last.
     *
     * @param source must not change before the next {@link #beginTrace} or {@link #finish}; from then on it may be cleared
     *     and used again
     */
    public void addSpan(SpanBatch source, int row) throws IOException {
        if (!inTrace) {
            throw new IllegalStateException("no trace has been begun");
        }
        if (!source.hasTraceId(row, id)) {
            throw new IllegalArgumentException("a span of trace " + source.traceId(row) + " in trace " + id);
        }
        trace.add(source(source), row);
    }

    /** Ends the row group here, before the next trace, if there is anything in it. */
    public void cutRowGroup() throws IOException {
        endTrace();
        inTrace = false;
        endRowGroup();
    }

    /** Rows of a block for {@link #addSpans}; of use as long as this writer and the block are open. */
    public BlockRows rowsOf(Block block) {
        return new BlockRows(block, rows);
    }

    /**
     * Adds all spans of a trace that another block has to the trace begun last.
     *
     * @param source must stay at the page that holds the trace until the next {@link #beginTrace} or {@link #finish}
     */
    public void addSpans(BlockRows source, int ordinal) {
        if (!inTrace) {
            throw new IllegalStateException("no trace has been begun");
        }
        if (!source.traces().holds(ordinal)) {
            throw new IllegalArgumentException("trace " + ordinal + " is not in the page read");
        }
        source.requireTrace(ordinal, id);
        int from = source.rowFrom(ordinal);
        for (int row = from, to = from + source.spanCount(ordinal); row < to; row++) {
            trace.add(source, row);
        }
    }

    private void endTrace() throws IOException {
        int count = trace.size();
        if (count == 0) {
            return;
        }
        if (traces > 0 && (long) rows.rows() + count > settings.mostSpansOfTraces()) {
            endRowGroup();
        }
        if (traces + 2 > firstRow.length) {
            firstRow = Arrays.copyOf(firstRow, 2 * firstRow.length);
        }
        trace.sort();
        firstRow[traces] = rows.rows();
        rows.beginTrace(base(knownStart));
        for (int i = 0; i < count; i++) {
            RowSource source = trace.source(i);
            int row = trace.row(i);
            arrived(source.received(row));
            source.add(row);
        }
        rows.endTrace();
        enter(count);
        traces++;
        firstRow[traces] = rows.rows();
        trace.clear();
        endFullPage();
        if (rows.rows() >= settings.rowGroupSpans()
                || rows.words.contentBytes() >= settings.rowGroupTextBytes()
                || rows.entries() >= ROW_GROUP_ENTRIES) {
            endRowGroup();
        }
    }

    /** What the first start of a trace is written relative to. */
    static long base(long start) {
        return start == SpanBatch.NO_TIME ? 0 : start;
    }

    private BatchSource source(SpanBatch batch) {
        BatchSource source = lastSource;
        if (source == null || source.batch() != batch) {
            source = sources.computeIfAbsent(batch, b -> new BatchSource(b, rows));
            lastSource = source;
        }
        if (!source.isCurrent()) {
            source.read(workspace.scratch);
        }
        return source;
    }

    private void endFullPage() {
        int inPage = rows.rows() - firstRow[pageTraces[rows.pages()]];
        int text = rows.words.contentBytes() - pageText;
        if (inPage >= settings.pageSpans() || text >= settings.pageTextBytes()) {
            endPage();
        }
    }

    private void endPage() {
        rows.endPage();
        if (rows.pages() == pageTraces.length) {
            pageTraces = Arrays.copyOf(pageTraces, 2 * pageTraces.length);
        }
        pageTraces[rows.pages()] = traces;
        pageText = rows.words.contentBytes();
    }

    private void endRowGroup() throws IOException {
        if (traces == 0) {
            return;
        }
        if (pageTraces[rows.pages()] < traces) {
            endPage();
        }
        long from = out.position();
        int headerLength;
        try {
            headerLength = workspace.encoder.encode(rows, firstRow, pageTraces, summary, out);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        noteRowGroup(from, headerLength, rows.rows(), traces, workspace.encoder.filterPages());
        traces = 0;
        pageText = 0;
        rows.clear();
        if (sources.size() > MOST_SOURCES) {
            sources.clear();
            lastSource = null;
        }
    }

    /** Writes what is left, the directory and the footer, and forces the file. The writer is of no use afterwards. */
    public BlockMeta finish() throws IOException {
        endTrace();
        inTrace = false;
        endRowGroup();
        try {
            ByteSink footer = new ByteSink();
            footer.varint(spans);
            footer.varint(directory.traces());
            footer.zigzag(minStart);
            footer.zigzag(maxEnd);
            footer.zigzag(firstArrival);
            footer.zigzag(lastArrival);
            footer.varint(groups);
            footer.bytes(footerGroups.array, 0, footerGroups.length);
            directory.write(out, footer);
            page.clear();
            if (summary.complete()) {
                summary.write(workspace.longs, workspace.compression, page);
                out.page(page);
            }
            footer.varint(page.length);
            out.page(footer);
            page.clear();
            Footer.writeTail(footer.length, page);
            out.raw(page.array, 0, page.length);
            out.flush();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        file.force();
        return new BlockMeta(spans, directory.traces(), minStart, maxEnd, firstArrival, lastArrival, out.position());
    }

    /** Closes the file; without {@link #finish} before, what it holds is no block. */
    @Override
    public void close() throws IOException {
        file.close();
    }
}

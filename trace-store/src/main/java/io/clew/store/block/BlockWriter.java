package io.clew.store.block;

import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.TraceId;
import io.clew.store.files.FileHandle;
import io.clew.store.files.Files;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.function.IntPredicate;

/**
 * Writes a block. {@code docs/formats/block.md} describes the file; {@link RowGroup} and {@link Footer} hold its parts.
 *
 * <pre>{@code
 * file      = head row-group* directory-page* lookup-page* [trace-filter] [summary] footer tail
 * row-group = span-id-page* (dictionary? column-page*)* arrivals [value-filter] header
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
 * Spans are collected, trace after trace and sorted by start within each, into the batch of one row group; a full one is
 * encoded and written. So memory is bounded by one row group (and the largest trace), about 50 bytes a trace, and what is kept
 * per source batch while a row group fills. Not thread-safe.
 */
public final class BlockWriter implements Closeable {
    /** Attributes, events and links of a row group: its columns hold 8 bytes for each, the batch about as much again. */
    private static final int ROW_GROUP_ENTRIES = 1 << 21;

    private final FileHandle file;
    private final BlockSettings settings;
    private final PageSink out;
    private final Compression compression = new Compression();
    private final LongCodec longs = new LongCodec(compression);
    private final RowGroupEncoder encoder;
    private final ByteSink page = new ByteSink();
    private final ByteSink footerGroups = new ByteSink();
    private final TraceDirectoryWriter directory = new TraceDirectoryWriter(longs);
    private final OperationSummary summary = new OperationSummary();
    private final IntLists summaryScratch = new IntLists();

    private final TraceRows trace = new TraceRows();
    private boolean inTrace;
    private TraceId id = new TraceId(0, 0);
    private long knownStart = Long.MIN_VALUE;
    private long knownEnd;
    private boolean continued;
    private boolean firstTrace = true;

    private final SpanBatch rows = new SpanBatch();
    private final IdentityHashMap<SpanBatch, SpanCopier> copiers = new IdentityHashMap<>();
    private final ArrayDeque<SpanCopier> idleCopiers = new ArrayDeque<>();
    private SpanBatch lastSource = rows;
    private SpanCopier lastCopier = new SpanCopier();
    private int[] firstRow = new int[1024];
    private long[] base = new long[1024];
    private int[] pageTraces = new int[16];
    private int traces;
    private int pages;
    private int pageText;

    private int groups;
    private long spans;
    private long minStart = SpanBatch.NO_TIME;
    private long maxEnd = SpanBatch.NO_TIME;
    private long firstArrival = SpanBatch.NO_TIME;
    private long lastArrival = SpanBatch.NO_TIME;

    private BlockWriter(FileHandle file, BlockSettings settings) {
        this.file = file;
        this.settings = settings;
        this.out = new PageSink(file);
        this.encoder = new RowGroupEncoder(settings);
    }

    /**
     * Begins a block.
     *
     * @throws java.nio.file.FileAlreadyExistsException when there is such a file
     */
    public static BlockWriter create(Files files, Path file, BlockSettings settings) throws IOException {
        FileHandle handle = files.open(file, Files.Mode.CREATE_NEW);
        BlockWriter writer = new BlockWriter(handle, settings);
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
            summary.add(group);
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
        noteRowGroup(from, headerLength, group.rows, group.traces());
    }

    /** Enters the trace at hand into the directory. */
    private void enter(int count) {
        directory.add(id, knownStart, knownEnd, continued, count);
        spans += count;
        if (knownStart != SpanBatch.NO_TIME) {
            minStart = minStart == SpanBatch.NO_TIME ? knownStart : Math.min(minStart, knownStart);
        }
        maxEnd = Math.max(maxEnd, knownEnd);
    }

    private void arrived(long received) {
        firstArrival = firstArrival == SpanBatch.NO_TIME ? received : Math.min(firstArrival, received);
        lastArrival = Math.max(lastArrival, received);
    }

    private void noteRowGroup(long from, int headerLength, int rowsOfGroup, int tracesOfGroup) {
        footerGroups.varint(out.position() - from);
        footerGroups.varint(headerLength);
        footerGroups.varint(rowsOfGroup);
        footerGroups.varint(tracesOfGroup);
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
        trace.add(source, row);
    }

    private void endTrace() throws IOException {
        int count = trace.size();
        if (count == 0) {
            return;
        }
        if (traces > 0 && (long) rows.spanCount() + count > settings.rowGroupSpans() * 3L / 2) {
            endRowGroup();
        }
        if (traces + 2 > firstRow.length) {
            firstRow = Arrays.copyOf(firstRow, 2 * firstRow.length);
            base = Arrays.copyOf(base, 2 * base.length);
        }
        trace.sort();
        firstRow[traces] = rows.spanCount();
        base[traces] = base(knownStart);
        for (int i = 0; i < count; i++) {
            SpanBatch source = trace.source(i);
            int row = trace.row(i);
            arrived(source.receiveTime(row));
            if (!source.hasTraceId(row, id)) {
                throw new IllegalStateException(
                        "a batch was changed before its spans of trace " + id + " were written");
            }
            copier(source).copy(row);
        }
        enter(count);
        traces++;
        firstRow[traces] = rows.spanCount();
        trace.clear();
        endFullPage();
        if (rows.spanCount() >= settings.rowGroupSpans()
                || rows.dictionary().contentBytes() >= settings.rowGroupTextBytes()
                || entries() >= ROW_GROUP_ENTRIES) {
            endRowGroup();
        }
    }

    private long entries() {
        return (long) rows.spanAttributes().size()
                + rows.eventAttributes().size()
                + rows.linkAttributes().size()
                + rows.eventCount()
                + rows.linkCount();
    }

    /** What the first start of a trace is written relative to. */
    static long base(long start) {
        return start == SpanBatch.NO_TIME ? 0 : start;
    }

    private SpanCopier copier(SpanBatch source) {
        if (source != lastSource) {
            SpanCopier copier = copiers.get(source);
            if (copier == null) {
                copier = idleCopiers.isEmpty() ? new SpanCopier() : idleCopiers.pop();
                copiers.put(source, copier.bind(source, rows));
            }
            lastSource = source;
            lastCopier = copier;
        }
        if (!lastCopier.isCurrent()) {
            lastCopier.bind(source, rows);
        }
        return lastCopier;
    }

    private void endFullPage() {
        int inPage = rows.spanCount() - firstRow[pageTraces[pages]];
        int text = rows.dictionary().contentBytes() - pageText;
        if (inPage >= settings.pageSpans() || text >= settings.pageTextBytes()) {
            endPage();
        }
    }

    private void endPage() {
        pages++;
        if (pages == pageTraces.length) {
            pageTraces = Arrays.copyOf(pageTraces, 2 * pages);
        }
        pageTraces[pages] = traces;
        pageText = rows.dictionary().contentBytes();
    }

    private void endRowGroup() throws IOException {
        if (traces == 0) {
            return;
        }
        if (pageTraces[pages] < traces) {
            endPage();
        }
        long from = out.position();
        int headerLength;
        try {
            summary.add(rows, summaryScratch);
            headerLength = encoder.encode(rows, firstRow, base, pageTraces, pages, out);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        noteRowGroup(from, headerLength, rows.spanCount(), traces);
        traces = 0;
        pages = 0;
        pageText = 0;
        rows.clear();
        // Bound to the empty batch, they hold none of the sources.
        copiers.values().forEach(copier -> idleCopiers.push(copier.bind(rows, rows)));
        copiers.clear();
        lastSource = rows;
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
                summary.write(longs, compression, page);
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
        encoder.close();
        compression.close();
        file.close();
    }
}

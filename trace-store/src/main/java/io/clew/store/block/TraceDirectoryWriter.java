package io.clew.store.block;

import io.clew.model.TraceId;
import java.util.Arrays;

/**
 * Collects the directory (entries in the order of traces, the lookup by id, the filter) in about 50 bytes a trace, and
 * writes it behind the row groups.
 */
final class TraceDirectoryWriter {
    private final LongCodec longs;
    private final DirectoryPage.Builder entries = new DirectoryPage.Builder();
    private final ByteSink pages = new ByteSink();
    private int[] pageEnds = new int[16];
    private int pageCount;
    private long[] hashes = new long[1024];
    private int traces;
    private long rows;
    private long rowsBeforePage;

    TraceDirectoryWriter(LongCodec longs) {
        this.longs = longs;
    }

    void add(TraceId id, long start, long end, boolean continued, int spans) {
        if (traces == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * traces);
        }
        hashes[traces++] = TraceId.mix(id.low());
        boolean full = entries.add(id.high(), id.low(), start, end, continued, spans);
        rows += spans;
        if (full) {
            endPage();
        }
    }

    int traces() {
        return traces;
    }

    private void endPage() {
        entries.write(rowsBeforePage, longs, pages);
        rowsBeforePage = rows;
        if (pageCount == pageEnds.length) {
            pageEnds = Arrays.copyOf(pageEnds, 2 * pageCount);
        }
        pageEnds[pageCount++] = pages.length;
    }

    void write(PageSink out, ByteSink footer) {
        if (entries.size() > 0) {
            endPage();
        }
        footer.varint(pageCount);
        for (int i = 0, from = 0; i < pageCount; from = pageEnds[i++]) {
            out.page(pages.array, from, pageEnds[i] - from);
            footer.varint(pageEnds[i] - from);
        }
        lookup(out, footer);
        ByteSink page = new ByteSink();
        if (traces > 0) {
            BinaryFuseFilter.of(hashes, traces).write(page);
            out.page(page);
        }
        footer.varint(page.length);
    }

    /** Sorts ordinals by the upper half of the hash, unsigned, those of equal ones ascending. */
    private void lookup(PageSink out, ByteSink footer) {
        long[] order = new long[traces];
        for (int i = 0; i < traces; i++) {
            order[i] = (hashes[i] >>> 32 << 32 | i) ^ Long.MIN_VALUE;
        }
        Arrays.sort(order);
        footer.varint((traces + LookupPage.ENTRIES - 1L) / LookupPage.ENTRIES);
        long[] prefixes = new long[LookupPage.ENTRIES];
        long[] ordinals = new long[LookupPage.ENTRIES];
        ByteSink page = new ByteSink();
        for (int from = 0; from < traces; from += LookupPage.ENTRIES) {
            int count = Math.min(LookupPage.ENTRIES, traces - from);
            for (int i = 0; i < count; i++) {
                long entry = order[from + i] ^ Long.MIN_VALUE;
                prefixes[i] = entry >>> 32;
                ordinals[i] = (int) entry;
            }
            page.clear();
            Numbers.write(prefixes, count, LongCodec.Content.AMOUNTS, longs, page);
            Numbers.write(ordinals, count, LongCodec.Content.BITS, longs, page);
            out.page(page);
            footer.varint(page.length);
            footer.i32((int) prefixes[0]);
        }
    }
}

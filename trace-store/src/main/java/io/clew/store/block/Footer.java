package io.clew.store.block;

import io.clew.store.DamagedException;
import io.clew.store.files.FileHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Where everything stands in a block, and the marks at the file's beginning and end.
 *
 * @param groupAt where each row group begins; one more entry than groups
 * @param headerLength length of each group's header page
 * @param filterLengths of each group the lengths of its value filter's pages, which end where its header begins
 * @param newestStart start of each group's last trace
 * @param latestEnd largest end of each group's traces
 * @param firstRow block's row of each group's first span; one more entry than groups
 * @param firstTrace ordinal of each group's first trace; one more entry than groups
 * @param directoryAt where each directory page begins
 * @param lookupFirst least prefix in each lookup page
 */
record Footer(
        BlockMeta meta,
        long[] groupAt,
        int[] headerLength,
        int[][] filterLengths,
        long[] newestStart,
        long[] latestEnd,
        long[] firstRow,
        int[] firstTrace,
        long[] directoryAt,
        int[] directoryLength,
        long[] lookupAt,
        int[] lookupLength,
        long[] lookupFirst,
        long filterAt,
        int filterLength,
        long summaryAt,
        int summaryLength) {
    /** "CLEWBLOK" read as little-endian. */
    static final long MAGIC = 0x4B4F_4C42_5745_4C43L;

    static final int VERSION = 1;
    /** Magic, version, CRC32C of these. */
    static final int HEAD = 16;
    /** Footer length, version, CRC32C of these, magic. */
    static final int TAIL = 20;

    static void writeHead(ByteSink out) {
        out.i64(MAGIC);
        out.i32(VERSION);
        out.i32(checksum(out.array, 0, 12));
    }

    static void writeTail(int footerLength, ByteSink out) {
        int from = out.length;
        out.i32(footerLength);
        out.i32(VERSION);
        out.i32(checksum(out.array, from, 8));
        out.i64(MAGIC);
    }

    private static int checksum(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /**
     * Reads marks and footer. The tail says all that the head does: damage of the head is noted, and hides nothing.
     *
     * @throws IOException also when the file is of a version this program does not read
     */
    static Footer read(Path path, FileHandle handle, BlockFile file) throws IOException {
        if (file.size < HEAD + TAIL) {
            throw new DamagedException(path, file.size, "a block cannot have only " + file.size + " bytes");
        }
        try {
            byte[] head = marks(path, handle, 0, HEAD);
            check(path, 0, head, 0, 8, 12, head);
        } catch (DamagedException found) {
            file.noted(found);
        }
        byte[] tail = marks(path, handle, file.size - TAIL, TAIL);
        check(path, file.size - TAIL, tail, 12, 4, 8, tail);
        int length = (int) ByteSink.INT.get(tail, 0);
        long at = file.size - TAIL - BlockFile.CHECKSUM - (long) length;
        return file.decode(at, length, in -> parse(in, file.size, at));
    }

    private static byte[] marks(Path path, FileHandle handle, long at, int length) {
        byte[] bytes = new byte[length];
        try {
            handle.read(ByteBuffer.wrap(bytes), at);
        } catch (IOException unreadable) {
            throw new DamagedException(path, at, String.valueOf(unreadable.getMessage()));
        }
        return bytes;
    }

    private static void check(Path path, long at, byte[] bytes, int magic, int version, int checksum, byte[] all)
            throws IOException {
        if ((long) ByteSink.LONG.get(bytes, magic) != MAGIC) {
            throw new DamagedException(path, at + magic, "not the mark of a block");
        }
        if ((int) ByteSink.INT.get(bytes, checksum) != checksum(all, 0, checksum)) {
            throw new DamagedException(path, at, "the checksum of a block's mark is wrong");
        }
        int read = (int) ByteSink.INT.get(bytes, version);
        if (read != VERSION) {
            throw new IOException(
                    path + " has block format version " + read + ", this version of Clew reads version " + VERSION);
        }
    }

    private static Footer parse(ByteSource in, long size, long footerAt) {
        long spans = in.varint();
        int traces = in.count(Integer.MAX_VALUE - 8);
        BlockMeta meta = new BlockMeta(spans, traces, in.zigzag(), in.zigzag(), in.zigzag(), in.zigzag(), size);
        int groups = in.count(in.remaining());
        long[] groupAt = new long[groups + 1];
        int[] headerLength = new int[groups];
        int[][] filterLengths = new int[groups][];
        long[] newestStart = new long[groups];
        long[] latestEnd = new long[groups];
        long[] firstRow = new long[groups + 1];
        int[] firstTrace = new int[groups + 1];
        groupAt[0] = HEAD;
        for (int i = 0; i < groups; i++) {
            groupAt[i + 1] = groupAt[i] + in.varint();
            headerLength[i] = in.count(size);
            firstRow[i + 1] = firstRow[i] + in.count(Integer.MAX_VALUE - 8);
            firstTrace[i + 1] = Math.addExact(firstTrace[i], in.count(Integer.MAX_VALUE - 8));
            newestStart[i] = in.zigzag();
            latestEnd[i] = in.zigzag();
            filterLengths[i] = new int[in.count(in.remaining())];
            for (int p = 0; p < filterLengths[i].length; p++) {
                filterLengths[i][p] = in.count(size);
            }
        }
        RowGroup.expect("spans", spans, firstRow[groups]);
        RowGroup.expect("traces", traces, firstTrace[groups]);
        long at = groupAt[groups];
        int pages = in.count(in.remaining());
        RowGroup.expect("pages of the directory", (traces + DirectoryPage.ENTRIES - 1L) / DirectoryPage.ENTRIES, pages);
        long[] directoryAt = new long[pages];
        int[] directoryLength = new int[pages];
        for (int i = 0; i < pages; i++) {
            directoryAt[i] = at;
            directoryLength[i] = in.count(size);
            at += directoryLength[i] + BlockFile.CHECKSUM;
        }
        int lookups = in.count(in.remaining());
        RowGroup.expect("pages of the lookup", (traces + LookupPage.ENTRIES - 1L) / LookupPage.ENTRIES, lookups);
        long[] lookupAt = new long[lookups];
        int[] lookupLength = new int[lookups];
        long[] lookupFirst = new long[lookups];
        for (int i = 0; i < lookups; i++) {
            lookupAt[i] = at;
            lookupLength[i] = in.count(size);
            lookupFirst[i] = in.i32() & 0xFFFFFFFFL;
            at += lookupLength[i] + BlockFile.CHECKSUM;
        }
        long filterAt = at;
        int filterLength = in.count(size);
        at += filterLength == 0 ? 0 : filterLength + BlockFile.CHECKSUM;
        long summaryAt = at;
        int summaryLength = in.count(size);
        at += summaryLength == 0 ? 0 : summaryLength + BlockFile.CHECKSUM;
        RowGroup.expect("bytes before the footer", footerAt, at);
        return new Footer(
                meta,
                groupAt,
                headerLength,
                filterLengths,
                newestStart,
                latestEnd,
                firstRow,
                firstTrace,
                directoryAt,
                directoryLength,
                lookupAt,
                lookupLength,
                lookupFirst,
                filterAt,
                filterLength,
                summaryAt,
                summaryLength);
    }

    /** Adds the bytes of the directory's parts. */
    void layout(Map<String, Long> bytes) {
        bytes.put("directory", sum(directoryLength));
        bytes.put("directory: lookup", sum(lookupLength));
        bytes.put("directory: filter", pageBytes(filterLength));
        bytes.put("summary", pageBytes(summaryLength));
    }

    private static long sum(int[] lengths) {
        long sum = 0;
        for (int length : lengths) {
            sum += pageBytes(length);
        }
        return sum;
    }

    static long pageBytes(int length) {
        return length == 0 ? 0 : (long) length + BlockFile.CHECKSUM;
    }

    /** Where a group's header begins. */
    long headerAt(int group) {
        return groupAt[group + 1] - BlockFile.CHECKSUM - headerLength[group];
    }

    /** Where a page of a group's value filter begins; of the page after the last, where the header begins. */
    long filterAt(int group, int page) {
        long at = headerAt(group);
        for (int p = filterLengths[group].length - 1; p >= page; p--) {
            at -= filterLengths[group][p] + BlockFile.CHECKSUM;
        }
        return at;
    }

    int groups() {
        return headerLength.length;
    }
}

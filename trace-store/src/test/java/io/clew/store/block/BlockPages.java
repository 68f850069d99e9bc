package io.clew.store.block;

import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Every page of a block's file, and how tests find and damage them. */
public final class BlockPages {
    /**
     * A part of the file under one checksum.
     *
     * @param length bytes, checksum included
     */
    public record Page(long offset, int length, String holds) {}

    private BlockPages() {}

    /** In the order of the file; head, footer and tail too. */
    public static List<Page> of(Path path) throws IOException {
        List<Page> pages = new ArrayList<>();
        try (PageCache cache = new PageCache(1 << 24);
                Block block = Block.open(new DiskFiles(), path, cache)) {
            Footer footer = block.footer();
            pages.add(new Page(0, Footer.HEAD, "head"));
            for (int i = 0; i < block.rowGroups(); i++) {
                int rows = block.rowGroupSpans(i);
                long at = footer.groupAt()[i];
                for (int row = 0; row < rows; row += RowGroup.IDS_PER_PAGE) {
                    int length = 8 * Math.min(RowGroup.IDS_PER_PAGE, rows - row) + BlockFile.CHECKSUM;
                    pages.add(new Page(at, length, "span ids"));
                    at += length;
                }
                block.group(i).eachPage((offset, length, holds) -> add(pages, offset, length, holds));
                for (int p = 0; p < block.filterPages(i).length; p++) {
                    add(pages, footer.filterAt(i, p), block.filterPages(i)[p], "value filter");
                }
                int headerLength = footer.headerLength()[i];
                add(pages, footer.groupAt()[i + 1] - BlockFile.CHECKSUM - headerLength, headerLength, "header");
            }
            for (int i = 0; i < footer.directoryAt().length; i++) {
                add(pages, footer.directoryAt()[i], footer.directoryLength()[i], "directory");
            }
            for (int i = 0; i < footer.lookupAt().length; i++) {
                add(pages, footer.lookupAt()[i], footer.lookupLength()[i], "lookup");
            }
            add(pages, footer.filterAt(), footer.filterLength(), "trace filter");
            add(pages, footer.summaryAt(), footer.summaryLength(), "summary");
            long footerAt = footer.summaryAt() + Footer.pageBytes(footer.summaryLength());
            long size = block.meta().bytes();
            pages.add(new Page(footerAt, (int) (size - Footer.TAIL - footerAt), "footer"));
            pages.add(new Page(size - Footer.TAIL, Footer.TAIL, "tail"));
        }
        return pages;
    }

    /** The first page, in the order of the file, that holds just this. */
    public static Page first(Path path, String holds) throws IOException {
        return of(path).stream()
                .filter(page -> page.holds().equals(holds))
                .findFirst()
                .orElseThrow();
    }

    /** Flips a bit in the middle of a page. */
    public static void flip(Path path, Page page) throws IOException {
        flip(path, page.offset() + page.length() / 2);
    }

    /** Flips a bit of the byte at this offset of a file. */
    public static void flip(Path path, long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(at);
            int value = file.read();
            file.seek(at);
            file.write(value ^ 8);
        }
    }

    private static void add(List<Page> pages, long offset, int length, String holds) {
        if (length > 0) {
            pages.add(new Page(offset, length + BlockFile.CHECKSUM, holds));
        }
    }
}

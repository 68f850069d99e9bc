package io.clew.store.block;

import io.clew.store.files.FileHandle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Appends pages to a block's file, each followed by its checksum. Collects about a megabyte before it writes. One thread.
 * Failures come as {@link UncheckedIOException} from here and leave {@link BlockWriter} as what they are.
 */
final class PageSink {
    private static final int BUFFER = 1 << 20;

    private final FileHandle file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();
    private long flushed;

    PageSink(FileHandle file) {
        this.file = file;
    }

    /** Where the next page will begin, in bytes from the beginning of the file. */
    long position() {
        return flushed + buffer.position();
    }

    void page(ByteSink content) {
        page(content.array, 0, content.length);
    }

    void page(byte[] content, int offset, int length) {
        crc.reset();
        crc.update(content, offset, length);
        raw(content, offset, length);
        if (buffer.remaining() < BlockFile.CHECKSUM) {
            flush();
        }
        buffer.putInt((int) crc.getValue());
    }

    /** Bytes without a checksum. */
    void raw(byte[] content, int offset, int length) {
        int done = 0;
        while (done < length) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int part = Math.min(buffer.remaining(), length - done);
            buffer.put(content, offset + done, part);
            done += part;
        }
    }

    /** Bytes of another block, from {@code from} to {@code to - 1}, checksums and all. */
    void copy(BlockFile source, long from, long to) {
        flush();
        for (long at = from; at < to; ) {
            buffer.limit((int) Math.min(buffer.capacity(), to - at));
            source.copy(at, buffer);
            at += buffer.position();
            flush();
        }
    }

    void flush() {
        buffer.flip();
        try {
            file.write(buffer, flushed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        flushed += buffer.limit();
        buffer.clear();
    }
}

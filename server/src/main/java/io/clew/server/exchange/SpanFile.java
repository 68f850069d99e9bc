package io.clew.server.exchange;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** A file of exported spans being written. For one thread. */
interface SpanFile extends Closeable {
    void write(SpanChunk chunk) throws IOException;

    /** Whether the next chunks should go to another file. */
    boolean isFull();

    /** Ends the file as it should; it is on the disk when this returns. */
    void finish() throws IOException;

    /** Lets go of the file, finished or not. */
    @Override
    void close() throws IOException;

    /** Opens a file of this format, replacing one that is there. */
    static SpanFile create(Path path, Format format, Compression compression, PartSize size) throws IOException {
        return format == Format.PARQUET
                ? ParquetFile.create(path, size)
                : new OtlpFile(path, new FileOutputStream(path.toFile()), format, compression, size);
    }

    /**
     * How large a part gets before another is begun.
     *
     * @param spans at least so many, in Parquet
     * @param bytes at least so many, before compression
     */
    record PartSize(long spans, long bytes) {
        /** A million rows, which DuckDB reads in one go; OTLP by bytes alone. */
        static PartSize of(Format format) {
            return format == Format.PARQUET
                    ? new PartSize(1_000_000, 1L << 30)
                    : new PartSize(Long.MAX_VALUE, 256L << 20);
        }
    }

    /** A file of OTLP. */
    final class OtlpFile implements SpanFile {
        private final Path path;
        private final FileOutputStream file;
        private final CountingStream out;
        private final ChunkWriter writer;
        private final PartSize size;

        private OtlpFile(Path path, FileOutputStream file, Format format, Compression compression, PartSize size)
                throws IOException {
            this.path = path;
            this.file = file;
            this.size = size;
            out = new CountingStream(compression.compress(new BufferedOutputStream(file, 1 << 16)));
            writer = new ChunkWriter(format);
        }

        /**
         * Goes on with a file behind its first {@code bytes}, and cuts off what stands there; with 0, writes it anew.
         */
        static OtlpFile goingOn(Path path, long bytes, Format format, Compression compression, PartSize size)
                throws IOException {
            FileOutputStream file = new FileOutputStream(path.toFile(), bytes > 0);
            try {
                if (bytes > 0) {
                    file.getChannel().truncate(bytes);
                }
                return new OtlpFile(path, file, format, compression, size);
            } catch (IOException | RuntimeException failure) {
                file.close();
                throw failure;
            }
        }

        @Override
        public void write(SpanChunk chunk) throws IOException {
            try {
                writer.write(chunk, out);
            } catch (IOException e) {
                throw named(e);
            }
        }

        @Override
        public boolean isFull() {
            return out.bytes >= size.bytes();
        }

        @Override
        public void finish() throws IOException {
            try {
                out.end();
                file.getFD().sync();
            } catch (IOException e) {
                throw named(e);
            }
        }

        /** Streams do not say which file is full. */
        private IOException named(IOException e) {
            return new IOException(path + ": " + e.getMessage(), e);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** Counts bytes before their compression, and flushes only at the end: each flush would end a zstd frame. */
    final class CountingStream extends OutputStream {
        private final OutputStream out;
        private long bytes;

        private CountingStream(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            bytes++;
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            out.write(from, offset, length);
            bytes += length;
        }

        /** Writes what compression has held back. */
        private void end() throws IOException {
            if (out instanceof java.util.zip.GZIPOutputStream gzip) {
                gzip.finish();
            }
            out.flush();
        }
    }
}

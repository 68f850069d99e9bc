package io.clew.server.analyze;

import io.clew.analysis.job.Column;
import io.clew.server.exchange.Compression;
import io.clew.server.exchange.DuckDb;
import io.clew.server.store.ScratchDirectory;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of a run go. A file is written beside its place under another name, and takes its place when it is whole;
 * until then nothing is there, and an older file stays. For one thread.
 */
final class RowsTarget implements AutoCloseable {
    private static final int BUFFER = 256 << 10;
    /** What DuckDB's reader takes at least as the longest object, in bytes. */
    private static final long SMALLEST_OBJECT = 16L << 20;

    private final Table format;
    private final @Nullable Path file;
    /** A directory beside the file; of its own, so that nothing else is in the way and one removal ends all. */
    private final Path scratch;

    private final OutputStream out;
    private boolean closed;

    private RowsTarget(Table format, @Nullable Path file, Path scratch, OutputStream out) {
        this.format = format;
        this.file = file;
        this.scratch = scratch;
        this.out = out;
    }

    /** The standard output, or any stream like it. */
    static RowsTarget stream(Table format, PrintStream to) throws IOException {
        OutputStream checked = new FilterOutputStream(to) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                to.write(bytes, from, length);
                if (to.checkError()) {
                    throw new IOException("the standard output was closed before everything was written");
                }
            }

            @Override
            public void close() {
                to.flush();
            }
        };
        return new RowsTarget(
                format, null, Files.createTempDirectory("clew-analyze"), new BufferedOutputStream(checked, BUFFER));
    }

    /**
     * A file that is to come.
     *
     * @param overwrite whether one that is there may be replaced
     */
    static RowsTarget file(Table format, Compression compression, Path file, boolean overwrite) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileAlreadyExistsException(file.toString(), null, "it is a directory; --out names a file");
        } else if (Files.exists(file) && !overwrite) {
            throw new FileAlreadyExistsException(file.toString(), null, "it is there already; --overwrite replaces it");
        }
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException(file + " is no place for a file");
        }
        Files.createDirectories(parent);
        Path scratch = Files.createTempDirectory(parent, "." + file.getFileName() + ".partial");
        try {
            OutputStream rows = new BufferedOutputStream(Files.newOutputStream(scratch.resolve("rows")), BUFFER);
            return new RowsTarget(format, file, scratch, compression.compress(rows));
        } catch (IOException | RuntimeException e) {
            ScratchDirectory.remove(scratch);
            throw e;
        }
    }

    OutputStream out() {
        return out;
    }

    /** A directory for what the run puts aside; it goes when this is closed. */
    Path scratch() {
        return scratch;
    }

    /** Everything is written: puts the file into its place. */
    void finish(List<Column> columns) throws IOException {
        out.close();
        closed = true;
        if (file == null) {
            return;
        }
        Path rows = scratch.resolve("rows");
        Path whole = rows;
        if (format == Table.PARQUET) {
            whole = scratch.resolve("whole");
            Path room = Files.createDirectory(scratch.resolve("duckdb"));
            try (DuckDb duck = DuckDb.open(room)) {
                duck.run(parquet(columns, rows, longestLine(rows), whole));
            }
        }
        try (FileChannel channel = FileChannel.open(whole, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** In bytes. */
    private static long longestLine(Path rows) throws IOException {
        long longest = 0;
        long length = 0;
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(rows)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                for (int i = 0; i < read; i++) {
                    length = buffer[i] == '\n' ? 0 : length + 1;
                    longest = Math.max(longest, length);
                }
            }
        }
        return longest;
    }

    private static String parquet(List<Column> columns, Path rows, long longestLine, Path whole) {
        String types = columns.stream()
                .map(column -> '"' + column.name() + "\": " + DuckDb.quoted(type(column)))
                .collect(Collectors.joining(", ", "{", "}"));
        return "COPY (SELECT * FROM read_json(" + DuckDb.quoted(rows)
                + ", format = 'newline_delimited', auto_detect = false, maximum_object_size = "
                + DuckDb.number(Math.max(SMALLEST_OBJECT, longestLine + 1024)) + ", columns = "
                + types
                + ")) TO " + DuckDb.quoted(whole) + " (FORMAT parquet, COMPRESSION zstd)";
    }

    private static String type(Column column) {
        return switch (column.type()) {
            case TEXT -> "VARCHAR";
            case WHOLE -> "BIGINT";
            case REAL -> "DOUBLE";
            case TRUTH -> "BOOLEAN";
            case TIME -> "TIMESTAMP_NS";
        };
    }

    /** Removes what is not in its place. */
    @Override
    public void close() throws IOException {
        if (!closed && file != null) {
            try {
                out.close();
            } catch (IOException unfinished) {
                // It goes anyway.
                closed = true;
            }
        }
        ScratchDirectory.remove(scratch);
    }
}

package io.clew.quality.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * What all series share: the options, how the server is started, where they may write, and the report they fill.
 *
 * @param work a directory of the run's own, removed at its end
 * @param root of the project
 */
record Workbench(Options options, ServerCommand server, Path work, Path root, Report report) {
    /** Bytes that a span may take on disk while blocks are being merged, with a margin. */
    private static final long BYTES_A_SPAN = 100;

    /** Starts the server on a directory of that name, with further flags of {@code up}. */
    Clew start(String name, String... flags) throws IOException, InterruptedException {
        return new Clew(server, work.resolve(name), flags);
    }

    /** Fails now rather than in half an hour. */
    void needDisk(long spans) throws IOException {
        long free = Files.getFileStore(work).getUsableSpace();
        long needed = spans * BYTES_A_SPAN + (1L << 30);
        if (free < needed) {
            throw new IOException(Options.spans(spans) + " spans need up to " + (needed >> 20) + " MiB in " + work
                    + ", and " + (free >> 20) + " MiB are free; --dir names another place");
        }
    }

    /** Epoch nanoseconds. */
    static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}

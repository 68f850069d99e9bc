package io.clew.server.exchange;

import io.clew.server.exchange.SpanFile.PartSize;
import io.clew.store.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An export into a directory: parts of bounded size, {@code spans-00001.jsonl} and so on, each whole on the disk before
 * {@link ExportState} counts it. What an interruption leaves is a part that nothing counts, which the next run writes
 * anew; it starts with the first trace that no whole part holds. For one thread.
 */
final class ExportDirectory {
    private final Path directory;
    private final Format format;
    private final Compression compression;
    private final PartSize size;
    private ExportState state;

    private ExportDirectory(Path directory, Format format, Compression compression, PartSize size, ExportState state) {
        this.directory = directory;
        this.format = format;
        this.compression = compression;
        this.size = size;
        this.state = state;
    }

    /**
     * Opens a directory that is missing, empty, or of the same export begun before.
     *
     * @param asked see {@link ExportState#asked}
     * @throws IOException when something else is in it
     */
    static ExportDirectory open(Path directory, Format format, Compression compression, PartSize size, String asked)
            throws IOException {
        Files.createDirectories(directory);
        ExportState state = ExportState.read(directory);
        if (state == null) {
            try (Stream<Path> entries = Files.list(directory)) {
                if (entries.findAny().isPresent()) {
                    throw new IOException(directory + " is not empty and not of an export: choose another directory");
                }
            }
            state = ExportState.nothing(asked);
            state.write(directory);
        } else if (!state.asked().equals(asked)) {
            throw new IOException(directory + " is of another export (" + state.asked() + ", asked for now: " + asked
                    + "): choose another directory, or delete it");
        }
        return new ExportDirectory(directory, format, compression, size, state);
    }

    ExportState state() {
        return state;
    }

    /** Where to go on: every trace after this one; null for all. */
    @Nullable
    Position reached() {
        return state.reached();
    }

    /** Takes note of how far it is. */
    interface Listener {
        /** So many spans are written in this run. */
        void written(long spans);
    }

    /** Writes everything that comes; the export is complete unless something was missed. */
    void write(SpanChunk.Source source, Listener listener) throws IOException {
        long written = 0;
        SpanChunk chunk = source.next();
        while (chunk != null) {
            int number = state.parts() + 1;
            String name = String.format(Locale.ROOT, "spans-%05d.%s%s", number, format.suffix(), compression.suffix());
            Path partial = directory.resolve(name + ".partial");
            long spans = 0;
            long traces = 0;
            Position reached = null;
            try (SpanFile file = SpanFile.create(partial, format, compression, size)) {
                // A part ends with a whole trace, where the next run can go on.
                while (chunk != null && !(file.isFull() && reached != null)) {
                    file.write(chunk);
                    spans += chunk.spans().spanCount();
                    traces += chunk.traces();
                    reached = chunk.reached();
                    written += chunk.spans().spanCount();
                    listener.written(written);
                    chunk = source.next();
                }
                file.finish();
            }
            ExportedFile whole = ExportedFile.of(partial).named(name);
            Files.move(partial, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            DirectoryMove.force(directory);
            state = new ExportState(
                    state.asked(),
                    number,
                    state.spans() + spans,
                    state.traces() + traces,
                    reached,
                    Stream.concat(state.files().stream(), Stream.of(whole)).toList(),
                    missed(source),
                    false);
            state.write(directory);
        }
        List<String> missed = missed(source);
        state = new ExportState(
                state.asked(),
                state.parts(),
                state.spans(),
                state.traces(),
                state.reached(),
                state.files(),
                missed,
                missed.isEmpty());
        state.write(directory);
    }

    /** What an earlier run met stays missing, even where this one has not come by it. */
    private List<String> missed(SpanChunk.Source source) {
        return Stream.concat(state.missed().stream(), source.missed().stream())
                .distinct()
                .toList();
    }
}

package io.clew.server.exchange;

import io.clew.server.exchange.SpanFile.OtlpFile;
import io.clew.server.exchange.SpanFile.PartSize;
import io.clew.store.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An export into one file of OTLP, {@code NAME}, which is {@code NAME.partial} until it is whole. It is written in stretches
 * that end with a whole trace and with the end of a compressed stream; after each is on the disk, {@code NAME.partial.state}
 * says how long the file is by then, and which trace is the last in it. What an interruption leaves behind that place is cut
 * off by the next run, which goes on there. For one thread.
 */
final class ExportFile {
    private final Path target;
    private final Path partial;
    private final Path stateFile;
    private final Format format;
    private final Compression compression;
    private final PartSize stretch;
    private ExportState state;

    private ExportFile(Path target, Format format, Compression compression, PartSize stretch, String asked)
            throws IOException {
        this.target = target;
        this.partial = target.resolveSibling(target.getFileName() + ".partial");
        this.stateFile = target.resolveSibling(target.getFileName() + ".partial.state");
        this.format = format;
        this.compression = compression;
        this.stretch = stretch;
        if (!Files.exists(partial)) {
            // It would be taken for that of the file which begins now.
            Files.deleteIfExists(stateFile);
        }
        ExportState before = ExportState.readFile(stateFile);
        this.state = before == null ? ExportState.nothing(asked) : before;
        if (!state.asked().equals(asked)) {
            throw new IOException(partial + " is of another export (" + state.asked() + ", asked for now: " + asked
                    + "): choose another name, or delete it");
        }
        if (bytes() > 0 && Files.size(partial) < bytes()) {
            throw new IOException(
                    partial + " is shorter than the export that is to go on left it: delete it to start over");
        }
    }

    /**
     * Begins one, or finds one that was begun for the same.
     *
     * @param asked see {@link ExportState#asked}
     * @throws IOException when the file is there, or what was begun is of another export or not as it was left
     */
    static ExportFile open(Path target, Format format, Compression compression, PartSize stretch, String asked)
            throws IOException {
        if (Files.exists(target)) {
            throw new java.nio.file.FileAlreadyExistsException(target.toString());
        }
        return new ExportFile(target, format, compression, stretch, asked);
    }

    ExportState state() {
        return state;
    }

    /** How much of the file counts. */
    private long bytes() {
        return state.files().isEmpty() ? 0 : state.files().getFirst().bytes();
    }

    /** Writes everything that comes, and gives the file its name. */
    void write(SpanChunk.Source source, ExportDirectory.Listener listener) throws IOException {
        long written = 0;
        SpanChunk chunk = source.next();
        do {
            long spans = state.spans();
            long traces = state.traces();
            Position reached = state.reached();
            boolean ended = false;
            try (OtlpFile file = OtlpFile.goingOn(partial, bytes(), format, compression, stretch)) {
                while (chunk != null && !(file.isFull() && ended)) {
                    file.write(chunk);
                    spans += chunk.spans().spanCount();
                    traces += chunk.traces();
                    ended = chunk.reached() != null;
                    reached = ended ? chunk.reached() : reached;
                    written += chunk.spans().spanCount();
                    listener.written(written);
                    chunk = source.next();
                }
                file.finish();
            }
            List<String> missed = Stream.concat(state.missed().stream(), source.missed().stream())
                    .distinct()
                    .toList();
            ExportedFile soFar = new ExportedFile(String.valueOf(partial.getFileName()), Files.size(partial), "");
            state = new ExportState(
                    state.asked(), state.parts() + 1, spans, traces, reached, List.of(soFar), missed, false);
            if (chunk != null) {
                state.writeFile(stateFile);
            }
        } while (chunk != null);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(stateFile);
        Path directory = target.getParent();
        if (directory != null) {
            DirectoryMove.force(directory);
        }
    }

    /** Where to go on: every trace after this one; null for all. */
    @Nullable
    Position reached() {
        return state.reached();
    }
}

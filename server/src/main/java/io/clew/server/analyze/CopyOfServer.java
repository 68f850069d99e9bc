package io.clew.server.analyze;

import io.clew.server.exchange.LiveServer;
import io.clew.server.store.ScratchDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** A snapshot that a running server made for one run; it goes when this is closed. */
final class CopyOfServer implements AutoCloseable {
    private final Path directory;

    private CopyOfServer(Path directory) {
        this.directory = directory;
    }

    static CopyOfServer ask(LiveServer server) throws IOException {
        Path directory = Path.of(server.post("store/snapshot?name=analyze-" + UUID.randomUUID())
                .path("directory")
                .asText());
        if (!Files.isWritable(directory)) {
            throw new IOException(
                    "the server runs, and made the copy " + directory + " to analyze, but from here it cannot be"
                            + " opened: run this on the server's machine as the server's user, and delete the copy there");
        }
        return new CopyOfServer(directory);
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() throws IOException {
        ScratchDirectory.remove(directory);
    }
}

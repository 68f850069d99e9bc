package io.clew.server.exchange;

import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.OtlpJsonDecoder;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.server.store.StoreDirectory;
import io.clew.store.StoreOnDisk;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import io.clew.store.manifest.DirectoryLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** A data directory opened by a command while no server runs on it; nothing is dropped for its age or size. */
public final class OfflineStore implements AutoCloseable {
    private final EmbeddedStore store;

    private OfflineStore(EmbeddedStore store) {
        this.store = store;
    }

    /** @throws io.clew.store.manifest.DirectoryLock.InUseException when a server runs on it */
    static OfflineStore open(Path directory) throws IOException {
        ByteBudget unlimited = ByteBudget.unlimited();
        return new OfflineStore(EmbeddedStore.open(StoreSettings.of(
                new DiskFiles(),
                directory,
                List.of(new OtlpProtobufDecoder(unlimited), new OtlpJsonDecoder(unlimited)))));
    }

    /**
     * Opens a directory that holds a store already.
     *
     * @throws io.clew.store.manifest.DirectoryLock.InUseException when a server runs on it
     * @throws IOException also when there is no store in it: nothing is made then
     */
    public static OfflineStore openExisting(Path directory) throws IOException {
        StoreDirectory.requireStore(directory);
        if (DirectoryLock.isOnReadOnlyFileSystem(directory)) {
            throw new IOException(
                    directory + " is on a read-only file system, and this command opens the store to write,"
                            + " which also takes in what is only in the log: copy the directory and name the copy; 'clew store"
                            + " verify' and 'stats' work on it as it is");
        }
        return open(directory);
    }

    /** The store itself. */
    public EmbeddedStore embedded() {
        return store;
    }

    /** Where a snapshot goes that was given no place: named by the time, as the server does. */
    static Path newSnapshot(Path directory) {
        String name =
                Instant.ofEpochMilli(System.currentTimeMillis()).toString().replace(':', '-');
        return directory.resolve(StoreOnDisk.COPIES).resolve(name);
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}

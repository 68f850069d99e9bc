package io.clew.store.embedded;

import io.clew.store.TraceStore;
import io.clew.store.files.DiskFiles;
import io.clew.store.kit.TraceStoreContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** The embedded store passes the kit. */
class EmbeddedStoreTest extends TraceStoreContract {
    @TempDir
    Path directory;

    @Override
    protected TraceStore open() throws IOException {
        return EmbeddedStore.open(StoreSettings.of(new DiskFiles(), directory, List.of()));
    }

    @Override
    protected boolean isDurable() {
        return true;
    }
}

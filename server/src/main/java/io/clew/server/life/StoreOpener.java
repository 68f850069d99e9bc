package io.clew.server.life;

import io.clew.store.TraceStore;
import java.io.IOException;
import java.nio.file.Path;

/** Opens the store in a directory and recovers what was kept there. */
public interface StoreOpener {
    /**
     * Opens and recovers; returns when the store can be read and written.
     *
     * @throws IOException when the directory cannot be used; the message says why
     */
    TraceStore open(Path directory) throws IOException;
}

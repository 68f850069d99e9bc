package io.clew.server.life;

import io.clew.server.config.ServerConfig;
import io.clew.store.TraceStore;
import java.io.IOException;

/** Opens the store of a server and recovers what was kept. */
public interface StoreOpener {
    /**
     * Opens and recovers; returns when the store can be read and written.
     *
     * @throws IOException when the data directory cannot be used; the message says why
     */
    TraceStore open(ServerConfig config) throws IOException;
}

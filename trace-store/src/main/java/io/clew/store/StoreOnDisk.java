package io.clew.store;

import java.io.IOException;
import java.nio.file.Path;

/** What a store in a directory can do beyond {@link TraceStore}. Thread-safe. */
public interface StoreOnDisk {
    /** The name of a directory in the store's that may hold copies of it; it is no part of the store. */
    String COPIES = "snapshots";

    /**
     * Where its bytes are.
     *
     * @throws ReadStoppedException when {@code control} says stop
     */
    StoreLayout layout(ReadControl control);

    /**
     * Makes a directory that opens as a store of its own with everything acknowledged before the call, durable when this
     * returns. Block files are shared with this store by hard links where the disk has them, else copied; neither store
     * notices what later happens to the other. The copy's manifest is written last: a directory without one is what a
     * crash left of a copy, and may be deleted.
     *
     * @param directory missing or empty
     * @throws java.nio.file.FileAlreadyExistsException when it is neither
     * @throws IOException when it could not be made; what was begun is removed again
     */
    StoreCopy copyTo(Path directory) throws IOException;
}

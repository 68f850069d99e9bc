package io.clew.store.embedded;

import io.clew.store.Damage;
import io.clew.store.files.Files;
import io.clew.store.log.LogDamage;
import java.nio.file.Path;

/** Where a store has its log. */
public final class LogDirectory {
    private static final String NAME = "log";

    private LogDirectory() {}

    /** The log of the store in a directory. */
    public static Path of(Path store) {
        return store.resolve(NAME);
    }

    /**
     * Whether it is not there although the store was open before: the reserve, which no copy of a store has, is made after
     * it.
     *
     * @param store the store's directory
     */
    public static boolean isLost(Files files, Path store) {
        return files.exists(store.resolve(DiskRoom.RESERVE)) && !files.exists(of(store));
    }

    /** What says so. */
    public static LogDamage loss(Path store) {
        return LogDamage.unknown(
                new Damage(of(store), 0, "the directory of the log: it is not there, nor is what stood in it"));
    }
}

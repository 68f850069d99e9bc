package io.clew.quality.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The system's page cache (Linux, root: {@code /proc/sys/vm/drop_caches}, proc(5)). */
final class PageCache {
    private static final Path DROP = Path.of("/proc/sys/vm/drop_caches");

    private PageCache() {}

    /** Empties it; false when this process may not, and then reads come from memory. */
    static boolean drop() throws InterruptedException {
        if (!Files.isWritable(DROP)) {
            return false;
        }
        try {
            new ProcessBuilder("sync").start().waitFor();
            Files.writeString(DROP, "3\n");
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}

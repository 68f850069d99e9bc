package io.clew.store.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;

/** How much of the disk a directory takes. */
public final class DirectorySize {
    private DirectorySize() {}

    /**
     * Bytes of all files in a directory and in those below it. A file that vanishes meanwhile, or that cannot be measured,
     * counts nothing; so does a directory that is not there.
     *
     * @param counts which entries, of any level, count
     */
    public static long of(Files files, Path directory, Predicate<Path> counts) {
        long bytes = 0;
        try {
            for (Path entry : files.list(directory)) {
                if (counts.test(entry)) {
                    bytes += java.nio.file.Files.isDirectory(entry) ? of(files, entry, counts) : size(files, entry);
                }
            }
        } catch (IOException vanished) {
            return bytes;
        }
        return bytes;
    }

    private static long size(Files files, Path file) {
        try {
            return files.size(file);
        } catch (IOException vanished) {
            return 0;
        }
    }
}

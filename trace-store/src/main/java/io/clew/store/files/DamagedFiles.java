package io.clew.store.files;

import java.io.IOException;
import java.nio.file.Path;

/** The directory {@code damaged} of a store: files set aside there are kept for whoever wants to look, and read by nothing. */
public final class DamagedFiles {
    /** Its name, in the data directory. */
    public static final String NAME = "damaged";

    private DamagedFiles() {}

    /**
     * Gives the file a second name there, or copies it where the file system knows no second names; durable when this
     * returns.
     *
     * @param directory the data directory
     * @return the second name
     * @throws IOException when that failed; nothing is left of it
     */
    public static Path add(Files files, Path directory, Path file) throws IOException {
        Path aside = directory.resolve(NAME);
        if (!files.exists(aside)) {
            files.createDirectories(aside);
            files.forceDirectory(directory);
        }
        Path to = aside.resolve(file.getFileName().toString());
        for (int i = 2; files.exists(to); i++) {
            to = aside.resolve(file.getFileName() + "." + i);
        }
        try {
            boolean _ = FileCopy.linkOrCopy(files, file, to);
        } catch (IOException | RuntimeException failure) {
            if (files.exists(to)) {
                files.delete(to);
            }
            throw failure;
        }
        files.forceDirectory(aside);
        return to;
    }
}

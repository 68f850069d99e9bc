package io.clew.server.life;

import io.clew.store.manifest.DirectoryLock;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The directory that holds everything: made when missing; and in words, why it cannot be used. */
final class DataDirectory {
    private DataDirectory() {}

    /** Makes the directory unless it is there. */
    static void make(Path path) throws StartException {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new StartException(
                    "cannot make the data directory " + path + ": " + reason(e) + "; --data names another place", e);
        }
    }

    /** Why the store in it could not be opened. */
    static StartException cannotOpen(Path path, IOException e) {
        if (e instanceof DirectoryLock.InUseException) {
            return new StartException(e.getMessage() + " (--data DIR, and --port-offset N for ports of its own)", e);
        }
        return new StartException("cannot use the data directory " + path + ": " + reason(e), e);
    }

    /** What an I/O error says, in words. */
    static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied for " + denied.getFile();
            case FileAlreadyExistsException there -> there.getFile() + " is not a directory";
            case FileSystemException failed
            when failed.getReason() != null -> failed.getReason() + " (" + failed.getFile() + ")";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}

package io.clew.store.files;

import java.io.IOException;
import java.nio.file.Path;

/** There was no room on the disk, or in the quota. Room may come back: the caller may try again later. */
public final class DiskFullException extends IOException {
    private static final long serialVersionUID = 1;

    public DiskFullException(Path file, IOException cause) {
        super("no space left on the disk for " + file + " (" + cause.getMessage() + ")", cause);
    }

    /**
     * The exception to throw in place of {@code failure}: a {@code DiskFullException} when it says so. The system's text
     * may be in the user's language, so an unknown text counts too when less than {@code wanted} bytes are free.
     *
     * @param wanted bytes that were to be written
     */
    static IOException recognise(Path file, long wanted, IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("No space left") || message.contains("quota exceeded") || freeBytes(file) < wanted
                ? new DiskFullException(file, failure)
                : failure;
    }

    private static long freeBytes(Path file) {
        try {
            return java.nio.file.Files.getFileStore(file.toAbsolutePath().getParent())
                    .getUsableSpace();
        } catch (IOException unknown) {
            return Long.MAX_VALUE;
        }
    }
}

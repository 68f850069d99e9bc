package io.clew.store.files;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** There was no room on the disk, or in the quota. Room may come back: the caller may try again later. */
public final class DiskFullException extends IOException {
    private static final long serialVersionUID = 1;

    public DiskFullException(Path file, IOException cause) {
        super("no space left on the disk for " + file + " (" + cause.getMessage() + ")", cause);
    }

    /**
     * The exception to throw in place of {@code failure}: a {@code DiskFullException} when it says so. The system's text
     * may be in the user's language, so an unknown text counts too when less than {@code wanted} bytes are free, unless
     * the failure is of a kind that no room would mend, or the file system is one without room for anything, as
     * {@code /proc} is.
     *
     * @param wanted bytes that were to be written
     */
    static IOException recognise(Path file, long wanted, IOException failure) {
        String message = String.valueOf(failure.getMessage());
        boolean full = message.contains("No space left")
                || message.contains("quota exceeded")
                || (!isOfAnotherKind(failure) && freeBytes(file) < wanted);
        return full ? new DiskFullException(file, failure) : failure;
    }

    private static boolean isOfAnotherKind(IOException failure) {
        return failure instanceof NoSuchFileException
                || failure instanceof AccessDeniedException
                || failure instanceof FileAlreadyExistsException
                || failure instanceof NotDirectoryException
                || failure instanceof DirectoryNotEmptyException
                || failure instanceof FileSystemLoopException
                || failure instanceof ClosedChannelException;
    }

    private static long freeBytes(Path file) {
        try {
            FileStore disk =
                    java.nio.file.Files.getFileStore(file.toAbsolutePath().getParent());
            return disk.getTotalSpace() == 0 ? Long.MAX_VALUE : disk.getUsableSpace();
        } catch (IOException unknown) {
            return Long.MAX_VALUE;
        }
    }
}

package io.clew.store.manifest;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One process at a time on a data directory. The operating system holds the lock on the file {@code LOCK} and drops it
 * when the process ends, however it ends; the pid in the file is for people. On the disk directly and not through
 * {@link io.clew.store.files.Files}: a lock is not data.
 */
public final class DirectoryLock implements Closeable {
    /** The file's name. */
    public static final String NAME = "LOCK";

    private final @Nullable FileChannel channel;
    private final boolean readOnly;

    private DirectoryLock(@Nullable FileChannel channel, boolean readOnly) {
        this.channel = channel;
        this.readOnly = readOnly;
    }

    /** Another process, or this one, has the directory. The message names both. */
    public static final class InUseException extends IOException {
        private static final long serialVersionUID = 1;

        private InUseException(Path directory, String owner) {
            super("the data directory " + directory.toAbsolutePath().normalize() + " is in use by " + owner
                    + ": stop that one first, or choose another directory");
        }
    }

    /**
     * Takes the directory, which must exist.
     *
     * @throws InUseException when another process has it
     */
    public static DirectoryLock take(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                throw new InUseException(directory, owner(channel));
            }
            taken = true;
            writePid(channel, directory);
            return new DirectoryLock(channel, false);
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    /**
     * Takes the directory to read only. On a read-only file system no file can be made or locked for this process alone; the
     * lock file that is there is shared, for the same directory may be mounted to be written elsewhere on this machine.
     *
     * @throws InUseException when another process has it
     */
    public static DirectoryLock takeToRead(Path directory) throws IOException {
        if (!isOnReadOnlyFileSystem(directory)) {
            return take(directory);
        }
        Path file = directory.resolve(NAME);
        if (!Files.isReadable(file)) {
            return new DirectoryLock(null, true);
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        boolean taken = false;
        try {
            if (channel.tryLock(0, Long.MAX_VALUE, true) == null) {
                throw new InUseException(directory, owner(channel));
            }
            taken = true;
            return new DirectoryLock(channel, true);
        } catch (OverlappingFileLockException heldByThisProcess) {
            throw new InUseException(directory, owner(channel));
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    /** Whether nothing in the directory can be written, whoever asks; not when only this user may not. */
    public static boolean isOnReadOnlyFileSystem(Path directory) throws IOException {
        if (Files.getFileStore(directory).isReadOnly()) {
            return true;
        }
        if (Files.isWritable(directory)) {
            return false;
        }
        // A bind mount has the file store of what it shows. Of the reasons why not, only missing rights have a type.
        try (FileChannel _ =
                FileChannel.open(directory.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            return false;
        } catch (AccessDeniedException mayNot) {
            return false;
        } catch (FileSystemException readOnly) {
            return true;
        }
    }

    /** Whether the directory is on a read-only file system, and so not locked for this process alone. */
    public boolean isReadOnly() {
        return readOnly;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    /** A full disk must not keep the store from being read, so failing to note the pid is no failure to lock. */
    private static void writePid(FileChannel channel, Path directory) throws IOException {
        try {
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
        } catch (IOException failure) {
            if (!channel.isOpen()) {
                throw new IOException("interrupted while locking " + directory, failure);
            }
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(24);
        channel.read(bytes, 0);
        String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
        return pid.matches("\\d+") ? "process " + pid : "another process";
    }

    /** Gives the directory free. */
    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}

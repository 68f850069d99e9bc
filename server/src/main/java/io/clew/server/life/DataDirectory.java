package io.clew.server.life;

import io.clew.server.net.PortOwner;
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
 * The directory that holds everything, taken by this process alone: {@code DATA/lock} is locked as long as it lives, which
 * ends with the process however it dies, and holds its number.
 */
public final class DataDirectory implements AutoCloseable {
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Creates the directory if need be and takes it.
     *
     * @throws StartException when it cannot be made, written to, or belongs to another process
     */
    public static DataDirectory take(Path path) throws StartException {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new StartException(
                    "cannot make the data directory " + path + ": " + reason(e, path) + "; --data names another place",
                    e);
        }
        Path lock = path.resolve(LOCK);
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    lock, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock taken = tryLock(channel);
            if (taken == null) {
                String owner = owner(channel);
                channel.close();
                throw new StartException("the data directory " + path + " is in use by " + owner
                        + "; stop that one, or give this one its own with --data and other ports with --port-offset");
            }
            byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid), 0);
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new StartException("cannot write to the data directory " + path + ": " + reason(e, lock), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(20);
        channel.read(content, 0);
        String text = new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).trim();
        return text.matches("\\d{1,18}") ? PortOwner.describe(Long.parseLong(text)) : "another process";
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // What went wrong before is what gets reported.
            }
        }
    }

    /** What an I/O error says about a path, in words. */
    static String reason(IOException e, Path asked) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied for " + denied.getFile();
            case java.nio.file.FileAlreadyExistsException there -> there.getFile() + " is not a directory";
            case FileSystemException failed
            when failed.getReason() != null -> failed.getReason() + " (" + failed.getFile() + ")";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage() + " (" + asked + ")";
        };
    }

    public Path path() {
        return path;
    }

    /** Lets others take the directory. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}

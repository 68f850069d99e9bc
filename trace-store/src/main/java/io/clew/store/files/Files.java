package io.clew.store.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Every file operation of the store. Nothing written is durable before {@link FileHandle#force}; nothing created, renamed
 * or deleted is before {@link #forceDirectory} of the directory it happened in (of both, when a rename crosses). Any call
 * may throw {@link DiskFullException} in place of another {@code IOException}. Thread-safe.
 */
public interface Files {
    /** How a file is opened. */
    enum Mode {
        /** An existing file, for reading. */
        READ,
        /** A file that must not exist yet, for reading and writing. */
        CREATE_NEW,
        /** An existing file, for reading and writing. */
        READ_WRITE
    }

    /**
     * Opens a file.
     *
     * @throws java.nio.file.NoSuchFileException when the file is missing and the mode wants it
     * @throws java.nio.file.FileAlreadyExistsException when it is there and the mode does not want it
     */
    FileHandle open(Path file, Mode mode) throws IOException;

    /** Makes the directory and the missing ones above it; no error when it is there. */
    void createDirectories(Path directory) throws IOException;

    /** Atomically gives {@code from} the name {@code to}, replacing a file of that name. */
    void rename(Path from, Path to) throws IOException;

    /**
     * Gives a file a second name on the same disk: its content stays until both are deleted.
     *
     * @throws IOException also when the disk, or this implementation, has no such thing
     */
    default void link(Path file, Path alias) throws IOException {
        throw new IOException("cannot give " + file + " the second name " + alias);
    }

    /**
     * Deletes a file, or a directory that is empty.
     *
     * @throws java.nio.file.NoSuchFileException when it is not there
     */
    void delete(Path file) throws IOException;

    boolean exists(Path file);

    /** What the directory holds, sorted by name. */
    List<Path> list(Path directory) throws IOException;

    /** Bytes. */
    long size(Path file) throws IOException;

    /** Makes creations, renames and deletions in this directory durable. */
    void forceDirectory(Path directory) throws IOException;

    /** Bytes this process may still write to the disk the path is on. */
    long usableSpace(Path path) throws IOException;
}

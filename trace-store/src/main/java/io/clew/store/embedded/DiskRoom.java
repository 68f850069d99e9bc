package io.clew.store.embedded;

import io.clew.store.files.DiskFullException;
import io.clew.store.files.FileHandle;
import io.clew.store.files.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Sees to it that a full disk does not keep the store from making room on it. What adds to the disk (log, merging, at
 * last flushing) stops while a margin is still free. A small file, the reserve, holds room for a manifest even when others fill
 * the disk to the last byte: it is given up when a publication finds no room, and until it is back nothing is added. Where
 * the margin is 0 there is neither. Thread-safe.
 */
final class DiskRoom {
    static final String RESERVE = "reserve";
    /** Room for a manifest of thousands of blocks, or of more than ten thousand masked traces. */
    static final int RESERVE_BYTES = 256 << 10;

    private final Files files;
    private final Path directory;
    private final Path reserve;
    private final long margin;
    private boolean held;

    /** @param margin bytes of the disk that only what makes room may use */
    DiskRoom(Files files, Path directory, long margin) {
        this.files = files;
        this.directory = directory;
        this.reserve = directory.resolve(RESERVE);
        this.margin = margin;
    }

    /** Work that writes. */
    interface Step {
        void run() throws IOException;
    }

    /** Bytes that may be added, the margin left alone. */
    long free() throws IOException {
        return hold() ? Math.max(0, files.usableSpace(directory) - margin) : 0;
    }

    /** How much of the margin a block may take. */
    enum Use {
        /** None of it: united blocks only add until they are published. */
        ADDING(1),
        /** All but a quarter: it lets go of the log, but more comes after it. */
        FLUSHING(4),
        /** All of it, and the reserve need not be there. */
        MAKING_ROOM(Long.MAX_VALUE);

        private final long part;

        Use(long part) {
            this.part = part;
        }
    }

    /**
     * Refuses to write this many bytes, or none, when there is no room for them.
     *
     * @throws DiskFullException naming the file that is not written
     */
    void demand(Path file, long bytes, Use use) throws IOException {
        if (margin == 0) {
            return;
        }
        long free = files.usableSpace(directory) - margin / use.part;
        if (free < bytes || use != Use.MAKING_ROOM && !hold()) {
            throw new DiskFullException(
                    file, new IOException("it needs " + bytes + " bytes, it may take " + Math.max(0, free)));
        }
    }

    /** Does what makes room, or is too small to matter; when the disk is full, again with the reserve given up. */
    void publish(Step step) throws IOException {
        try {
            step.run();
        } catch (DiskFullException full) {
            if (!giveUp()) {
                throw full;
            }
            step.run();
        }
        hold();
    }

    /** Whether the reserve is there; made, when it is missing and there is room. */
    synchronized boolean hold() {
        if (margin == 0) {
            return true;
        }
        try {
            if (!held) {
                held = files.exists(reserve) && files.size(reserve) == RESERVE_BYTES || make();
            }
        } catch (IOException unknown) {
            held = false;
        }
        return held;
    }

    private synchronized boolean giveUp() {
        try {
            if (margin == 0 || !files.exists(reserve)) {
                return false;
            }
            held = false;
            files.delete(reserve);
            return true;
        } catch (IOException undeleted) {
            return false;
        }
    }

    private boolean make() throws IOException {
        if (files.exists(reserve)) {
            files.delete(reserve);
        }
        if (files.usableSpace(directory) < RESERVE_BYTES) {
            return false;
        }
        // Not zeros, which some file systems do not store.
        byte[] bytes = new byte[RESERVE_BYTES];
        new SplittableRandom(RESERVE_BYTES).nextBytes(bytes);
        try (FileHandle handle = files.open(reserve, Files.Mode.CREATE_NEW)) {
            handle.write(ByteBuffer.wrap(bytes), 0);
            handle.force();
            return true;
        } catch (IOException full) {
            if (files.exists(reserve)) {
                files.delete(reserve);
            }
            throw full;
        }
    }
}

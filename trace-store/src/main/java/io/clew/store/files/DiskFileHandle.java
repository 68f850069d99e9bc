package io.clew.store.files;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A {@link FileChannel} that interrupts do not close. A channel closes under all its threads when one of them is
 * interrupted in an operation. So the thread's interrupt is put aside before each operation and set again after it; when
 * one arrives within, a file open for reading is opened again and the read repeated. One open for writing stays closed,
 * and what was in flight is in doubt: only threads that nobody interrupts should write.
 */
final class DiskFileHandle implements FileHandle {
    /** Read-only, and shared: what {@link #preallocate} writes. */
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 16).asReadOnlyBuffer();

    private final Path file;
    private final boolean readOnly;
    private volatile FileChannel channel;
    private boolean closed;

    DiskFileHandle(Path file, FileChannel channel, boolean readOnly) {
        this.file = file;
        this.channel = channel;
        this.readOnly = readOnly;
    }

    @Override
    public void read(ByteBuffer into, long position) throws IOException {
        boolean interrupted = Thread.interrupted();
        int begin = into.position();
        try {
            while (into.hasRemaining()) {
                FileChannel used = channel;
                try {
                    int count = used.read(into, position + into.position() - begin);
                    if (count < 0) {
                        throw new EOFException(file + " ends at " + used.size() + ", wanted " + into.remaining()
                                + " bytes at " + (position + into.position() - begin));
                    }
                } catch (ClosedChannelException closedUnder) {
                    // Interrupted here, or in another thread's read of the same channel.
                    interrupted |= Thread.interrupted();
                    reopen(closedUnder);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void reopen(IOException reason) throws IOException {
        if (!readOnly || closed) {
            throw reason;
        }
        if (!channel.isOpen()) {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        }
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
        boolean interrupted = Thread.interrupted();
        int begin = from.position();
        try {
            while (from.hasRemaining()) {
                if (channel.write(from, position + from.position() - begin) == 0) {
                    throw new IOException(file + " took no bytes at " + (position + from.position() - begin));
                }
            }
        } catch (IOException failure) {
            throw explained(from.remaining(), failure);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void force() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            channel.force(false);
        } catch (IOException failure) {
            throw explained(0, failure);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void preallocate(long length) throws IOException {
        long size = size();
        if (size >= length) {
            return;
        }
        ByteBuffer zeros = ZEROS.duplicate();
        for (long at = size; at < length; at += zeros.limit()) {
            write(zeros.clear().limit((int) Math.min(zeros.capacity(), length - at)), at);
        }
    }

    @Override
    public void truncate(long length) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            channel.truncate(length);
        } catch (IOException failure) {
            throw explained(0, failure);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public long size() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                FileChannel used = channel;
                try {
                    return used.size();
                } catch (ClosedChannelException closedUnder) {
                    interrupted |= Thread.interrupted();
                    reopen(closedUnder);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        channel.close();
    }

    private IOException explained(long wanted, IOException failure) {
        if (failure instanceof ClosedByInterruptException) {
            return new IOException(file + " was closed because its writer was interrupted", failure);
        }
        IOException recognised = DiskFullException.recognise(file, wanted, failure);
        return !String.valueOf(recognised.getMessage()).contains(file.toString())
                ? new IOException(file + ": " + failure.getMessage(), failure)
                : recognised;
    }
}

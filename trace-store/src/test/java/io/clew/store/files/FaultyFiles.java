package io.clew.store.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Test double that lays faults over real files: scripted failures ({@link #fail}), a small disk ({@link #freeSpace}), a
 * force that waits ({@link #holdForce}) and loss of power ({@link #cutPowerAfter}, {@link #losePower}). Everything
 * carried out is on the real files at once, as the page cache shows it; {@link Unsynced} knows what of it is durable.
 * Thread-safe.
 */
public final class FaultyFiles implements Files {
    /** What can be made to fail. */
    public enum Operation {
        OPEN,
        CREATE,
        READ,
        WRITE,
        PREALLOCATE,
        TRUNCATE,
        FORCE,
        FORCE_DIRECTORY,
        CREATE_DIRECTORIES,
        RENAME,
        DELETE,
        LIST
    }

    /** How it fails. */
    public enum Kind {
        /** {@code IOException}, nothing done; a failed force also drops what was not yet durable, as Linux does. */
        IO_ERROR,
        /** {@link DiskFullException}, nothing done. */
        DISK_FULL,
        /** Writes half of the bytes, then {@code IOException}. */
        SHORT_WRITE,
        /** {@code IllegalStateException}, nothing done: a defect, not the disk. */
        DEFECT
    }

    private final Files real;
    private final Unsynced unsynced;
    private final List<Fault> faults = new ArrayList<>();
    private @Nullable HeldForce held;
    private long freeSpace = Long.MAX_VALUE;
    private int mutations;
    private int lastMutation = Integer.MAX_VALUE;
    private boolean powerOff;
    private int powerLosses;
    private String created = "";
    private Runnable whenCreated = () -> {};

    public FaultyFiles(Files real) {
        this.real = real;
        this.unsynced = new Unsynced(real);
    }

    /** From now on this runs whenever a file whose name contains {@code name} is about to be created. */
    public synchronized void whenCreated(String name, Runnable run) {
        created = name;
        whenCreated = run;
    }

    /** From now on operations of this kind fail on files whose name contains {@code name}, until told otherwise. */
    public synchronized Fault fail(Operation operation, String name, Kind kind) {
        Fault fault = new Fault(operation, name, kind);
        faults.add(fault);
        return fault;
    }

    /** Ends all scripted failures and gives the disk unlimited room. */
    public synchronized void heal() {
        faults.clear();
        freeSpace = Long.MAX_VALUE;
    }

    /** From now on files may grow by this many bytes in all; deleting and truncating gives room back. */
    public synchronized void freeSpace(long bytes) {
        freeSpace = bytes;
    }

    /** The next force, and every one after it, waits before it does anything, until released. */
    public synchronized HeldForce holdForce() {
        held = new HeldForce();
        return held;
    }

    /** Operations so far that change files or directories, forces included. */
    public synchronized int mutations() {
        return mutations;
    }

    /** Carries out this many more operations that change something; the next such one, and all after it, throw. */
    public synchronized void cutPowerAfter(int more) {
        lastMutation = mutations + more;
    }

    /** Whether the cut asked for with {@link #cutPowerAfter} has come. */
    public synchronized boolean powerIsOff() {
        return powerOff;
    }

    /**
     * What a machine has after power comes back: data not forced is lost, per file wholly, not at all or page by page of
     * 4 KiB; creations, renames and deletions in directories not forced are each undone or not. The outcome is written to
     * the real files; handles open before are dead, scripted failures end, and this double goes on from there.
     */
    public synchronized void losePower(long seed) throws IOException {
        powerLosses++;
        lastMutation = Integer.MAX_VALUE;
        powerOff = false;
        if (held != null) {
            held.release();
        }
        held = null;
        heal();
        unsynced.losePower(seed);
    }

    @Override
    public FileHandle open(Path file, Mode mode) throws IOException {
        synchronized (this) {
            boolean create = mode == Mode.CREATE_NEW;
            before(create ? Operation.CREATE : Operation.OPEN, file, create);
            if (create && file.getFileName().toString().contains(created)) {
                whenCreated.run();
            }
            Unsynced.Node node = create ? null : unsynced.touch(file);
            FileHandle handle = real.open(file, mode);
            return new Handle(file, handle, node == null ? unsynced.created(file, false) : node, powerLosses);
        }
    }

    @Override
    public synchronized void createDirectories(Path directory) throws IOException {
        before(Operation.CREATE_DIRECTORIES, directory, true);
        Path parent = directory.getParent();
        if (parent != null && !real.exists(parent)) {
            createDirectories(parent);
        }
        if (!real.exists(directory)) {
            real.createDirectories(directory);
            unsynced.created(directory, true);
        }
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        before(Operation.RENAME, to, true);
        unsynced.renaming(from, to);
        real.rename(from, to);
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        before(Operation.DELETE, file, true);
        unsynced.deleting(file);
        long size = real.size(file);
        real.delete(file);
        giveBack(size);
    }

    @Override
    public boolean exists(Path file) {
        return real.exists(file);
    }

    @Override
    public synchronized List<Path> list(Path directory) throws IOException {
        before(Operation.LIST, directory, false);
        return real.list(directory);
    }

    @Override
    public long size(Path file) throws IOException {
        return real.size(file);
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        before(Operation.FORCE_DIRECTORY, directory, true);
        unsynced.forced(directory);
    }

    @Override
    public synchronized long usableSpace(Path path) throws IOException {
        return freeSpace == Long.MAX_VALUE ? real.usableSpace(path) : freeSpace;
    }

    private @Nullable Kind before(Operation operation, Path file, boolean mutation) throws IOException {
        return before(operation, file, 0, mutation);
    }

    private @Nullable Kind before(Operation operation, Path file, long position, boolean mutation) throws IOException {
        return before(operation, file, position, 1, mutation);
    }

    private @Nullable Kind before(Operation operation, Path file, long position, long length, boolean mutation)
            throws IOException {
        powerOff |= mutation && mutations >= lastMutation;
        if (powerOff) {
            throw new IOException("power is off: " + operation + " " + file);
        }
        for (Fault fault : faults) {
            if (fault.strikes(operation, file, position, length)) {
                IOException error = new IOException("injected: " + operation + " " + file);
                if (fault.kind == Kind.DISK_FULL) {
                    throw new DiskFullException(file, error);
                } else if (fault.kind == Kind.DEFECT) {
                    throw new IllegalStateException("injected: " + operation + " " + file);
                } else if (fault.kind == Kind.IO_ERROR || operation != Operation.WRITE) {
                    throw error;
                }
                return fault.kind;
            }
        }
        mutations += mutation ? 1 : 0;
        return null;
    }

    private void grow(Path file, long bytes) throws IOException {
        if (freeSpace != Long.MAX_VALUE && bytes > 0) {
            if (bytes > freeSpace) {
                throw new DiskFullException(file, new IOException("injected: " + freeSpace + " bytes free"));
            }
            freeSpace -= bytes;
        }
    }

    private void giveBack(long bytes) {
        if (freeSpace != Long.MAX_VALUE) {
            freeSpace += bytes;
        }
    }

    /** A scripted failure; at first it strikes every time. */
    public static final class Fault {
        private final Operation operation;
        private final String name;
        private final Kind kind;
        private int skip;
        private int left = Integer.MAX_VALUE;
        private int struck;
        private long from;
        private long to = Long.MAX_VALUE;
        private boolean sector;

        private Fault(Operation operation, String name, Kind kind) {
            this.operation = operation;
            this.name = name;
            this.kind = kind;
        }

        /** Lets this many operations pass first. */
        public Fault after(int operations) {
            skip = operations;
            return this;
        }

        /** Strikes only reads and writes that begin in this part of the file. */
        public Fault between(long first, long end) {
            from = first;
            to = end;
            return this;
        }

        /** Strikes only this often. */
        public Fault times(int count) {
            left = count;
            return this;
        }

        /** How often it has struck. */
        public int struck() {
            return struck;
        }

        /** Strikes only reads of which some byte stands in this part of the file. */
        public Fault sector(long first, long end) {
            sector = true;
            return between(first, end);
        }

        private boolean strikes(Operation tried, Path file, long position, long length) {
            if (tried != operation
                    || (sector ? position + length <= from : position < from)
                    || position >= to
                    || !file.getFileName().toString().contains(name)) {
                return false;
            }
            if (skip > 0) {
                skip--;
                return false;
            }
            if (left == 0) {
                return false;
            }
            left--;
            struck++;
            return true;
        }
    }

    /** A force held back. */
    public static final class HeldForce {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        /** Waits until a force is under way and held. */
        public void awaitHeld() throws InterruptedException {
            reached.await();
        }

        /** Whether a force is, or was, held. */
        public boolean isHeld() {
            return reached.getCount() == 0;
        }

        /** Lets the force, and all later ones, go on. */
        public void release() {
            released.countDown();
        }

        private void pass() throws IOException {
            reached.countDown();
            try {
                released.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted in a held force", interrupted);
            }
        }
    }

    private final class Handle implements FileHandle {
        private final Path file;
        private final FileHandle handle;
        private final Unsynced.Node node;
        private final int life;

        Handle(Path file, FileHandle handle, Unsynced.Node node, int life) {
            this.file = file;
            this.handle = handle;
            this.node = node;
            this.life = life;
        }

        private @Nullable Kind check(Operation operation, boolean mutation) throws IOException {
            return check(operation, 0, mutation);
        }

        private @Nullable Kind check(Operation operation, long position, boolean mutation) throws IOException {
            alive();
            return before(operation, file, position, mutation);
        }

        private void alive() throws IOException {
            if (life != powerLosses) {
                throw new IOException(file + " was open when power was lost");
            }
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            synchronized (FaultyFiles.this) {
                alive();
                before(Operation.READ, file, position, into.remaining(), false);
                handle.read(into, position);
            }
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            synchronized (FaultyFiles.this) {
                Kind kind = check(Operation.WRITE, position, true);
                int wanted = from.remaining();
                if (kind == Kind.SHORT_WRITE) {
                    int half = wanted / 2;
                    unsynced.written(node, position, half);
                    handle.write(from.slice(from.position(), half), position);
                    throw new IOException("injected: wrote " + half + " of " + wanted + " bytes to " + file);
                }
                grow(file, position + wanted - handle.size());
                unsynced.written(node, position, wanted);
                handle.write(from, position);
            }
        }

        @Override
        public void force() throws IOException {
            HeldForce wait;
            synchronized (FaultyFiles.this) {
                wait = held;
            }
            if (wait != null) {
                wait.pass();
            }
            synchronized (FaultyFiles.this) {
                try {
                    check(Operation.FORCE, true);
                } catch (IOException failure) {
                    unsynced.forceFailed(node);
                    throw failure;
                }
                unsynced.forced(node, handle);
            }
        }

        @Override
        public void preallocate(long length) throws IOException {
            synchronized (FaultyFiles.this) {
                check(Operation.PREALLOCATE, true);
                long size = handle.size();
                if (length > size) {
                    grow(file, length - size);
                    unsynced.written(node, size, length - size);
                    handle.preallocate(length);
                }
            }
        }

        @Override
        public void truncate(long length) throws IOException {
            synchronized (FaultyFiles.this) {
                check(Operation.TRUNCATE, true);
                giveBack(Math.max(0, handle.size() - length));
                handle.truncate(length);
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (FaultyFiles.this) {
                return handle.size();
            }
        }

        @Override
        public void close() throws IOException {
            handle.close();
        }
    }
}

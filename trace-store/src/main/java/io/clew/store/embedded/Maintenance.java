package io.clew.store.embedded;

import io.clew.store.cells.CellDirectory;
import io.clew.store.files.DiskFullException;
import io.clew.store.log.Log;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The work behind the appends, on two threads of its own: one cuts the head by age and flushes sealed chunks, the other
 * merges and applies retention, so that a long merge never holds a flush up. What fails, for want of disk say, is told as
 * trouble and tried again every second.
 */
final class Maintenance {
    private static final Logger LOG = System.getLogger(Maintenance.class.getName());
    private static final long TICK_MILLIS = 250;
    private static final long RETRY_MILLIS = 1000;

    private final StoreSettings settings;
    private final StateCell cell;
    private final DiskRoom room;
    private final Committer committer;
    private final Log log;
    private final Runnable seal;
    private final Flusher flusher;
    private final Merger merger;
    private final Retention retention;
    private final Rewriting rewriting;
    private final ReentrantLock flushing = new ReentrantLock();
    private final ReentrantLock merging = new ReentrantLock();
    private final Loop flushLoop = new Loop(this::flushDue);
    private final Loop mergeLoop = new Loop(this::mergeDue);
    private final Thread flushThread;
    private final Thread mergeThread;
    private volatile boolean stopping;

    /** {@code seal} opens a new active chunk and is only run on the committer's thread. */
    Maintenance(
            StoreSettings settings,
            StateCell cell,
            BlockStore blocks,
            DiskRoom room,
            Committer committer,
            Log log,
            Runnable seal,
            CellDirectory cells) {
        this.settings = settings;
        this.cell = cell;
        this.room = room;
        this.committer = committer;
        this.log = log;
        this.seal = seal;
        this.flusher = new Flusher(cell, blocks);
        this.merger = new Merger(cell, blocks, settings.mergeFanIn(), settings.largestMergedSpans());
        this.rewriting = new Rewriting(cell, merger, settings.retention().bytes());
        this.retention = new Retention(cell, blocks, committer, settings.retention(), cells);
        this.flushThread = Thread.ofPlatform().name("clew-flusher").daemon().unstarted(flushLoop);
        this.mergeThread = Thread.ofPlatform().name("clew-merger").daemon().unstarted(mergeLoop);
    }

    void start() {
        flushThread.start();
        mergeThread.start();
    }

    /** Ends both threads; returns when they are gone. */
    void stop() {
        stopping = true;
        wake();
        try {
            flushThread.join();
            mergeThread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** There is a sealed chunk. */
    void wake() {
        flushLoop.wake();
        mergeLoop.wake();
    }

    /** Something changed that may make traces due earlier. */
    void reconsiderRetention() {
        retention.reconsider();
    }

    boolean chunkIsFull() {
        HeadChunk active = cell.current().active();
        return active.heapBytes() >= settings.chunkBytes() || active.count() == SpanSet.MOST_BATCHES;
    }

    /** Whether merging, retention or what leaves with either has work. */
    boolean isDue() {
        return merger.isDue() || retention.isDue() || rewriting.isDue();
    }

    /** Why flushing or merging cannot go on at the moment, or null. */
    @Nullable
    String trouble() {
        String flushing = flushLoop.trouble;
        return flushing == null ? mergeLoop.trouble : flushing;
    }

    /** Why the head cannot be flushed, when that is for want of disk; else null. */
    @Nullable
    String diskFull() {
        return flushLoop.diskFull ? flushLoop.trouble : null;
    }

    /** Flushes every chunk but the active one. */
    void flushSealed() throws IOException {
        flushSealed(DiskRoom.Use.FLUSHING);
    }

    /** As {@link #flushSealed}, for what lets go of more than it takes: the last of the disk may be used. */
    void flushToMakeRoom() throws IOException {
        flushSealed(DiskRoom.Use.MAKING_ROOM);
    }

    private void flushSealed(DiskRoom.Use use) throws IOException {
        flushing.lock();
        try {
            while (cell.current().chunks().size() > 1) {
                HeadChunk oldest = cell.current().chunks().getFirst();
                long covered = oldest.lastSequence();
                flusher.flush(oldest, use);
                committer.tell(() -> log.release(covered));
                wake();
            }
        } finally {
            flushing.unlock();
        }
    }

    /**
     * Applies retention, merges until nothing is due, and rewrites blocks for what was deleted.
     *
     * @param atOnce whether to rewrite without waiting for more deletions
     */
    void mergeAndRetain(boolean atOnce) throws IOException {
        merging.lock();
        try {
            // First, for it needs next to no room, and may make some for the rest.
            if (atOnce || retention.isDue()) {
                retention.run();
            }
            DiskFullException noRoom = mergeAll();
            // All the same: it makes room.
            rewriting.run(atOnce, () -> stopping);
            if (noRoom != null) {
                throw noRoom;
            }
        } finally {
            merging.unlock();
        }
    }

    /** Merges until nothing is due, and retains between; answers what it stopped at when there is no room. */
    private @Nullable DiskFullException mergeAll() throws IOException {
        try {
            while (!stopping && merger.mergeOnce()) {
                // Under load merging may never be done.
                if (retention.isDue()) {
                    retention.run();
                }
            }
            return null;
        } catch (DiskFullException full) {
            return full;
        }
    }

    private void flushDue() throws IOException {
        HeadChunk active = cell.current().active();
        if (!active.isEmpty()
                && System.nanoTime() - active.openedAt() >= settings.chunkAge().toNanos()) {
            committer.tell(() -> {
                if (cell.current().active() == active) {
                    seal.run();
                    wake();
                }
            });
        }
        try {
            flushSealed();
        } catch (DiskFullException full) {
            // Files that wait to be used again may be the room that is missing.
            committer.tell(log::shed);
            throw full;
        }
    }

    private void mergeDue() throws IOException {
        room.hold();
        mergeAndRetain(false);
    }

    private interface Step {
        void run() throws IOException;
    }

    /** Repeats a step until the store stops; whatever goes wrong in it. */
    private final class Loop implements Runnable {
        private final Step step;
        private final Semaphore woken = new Semaphore(0);
        /** Why the step failed the last time, or null. */
        private volatile @Nullable String trouble;
        /** Whether it failed for want of disk. */
        private volatile boolean diskFull;

        private Loop(Step step) {
            this.step = step;
        }

        @Override
        public void run() {
            while (!stopping) {
                long pause = TICK_MILLIS;
                try {
                    step.run();
                    trouble = null;
                    diskFull = false;
                } catch (Throwable failure) {
                    String message = failure.getMessage();
                    trouble = message == null ? failure.toString() : message;
                    if (!(failure instanceof DiskFullException)) {
                        LOG.log(Level.WARNING, "flushing or merging failed, trying again: " + failure, failure);
                    } else if (!diskFull) {
                        // Said once: a disk may stay full for hours.
                        LOG.log(Level.WARNING, "cannot flush or merge until there is room again: " + trouble);
                    }
                    diskFull = failure instanceof DiskFullException;
                    pause = RETRY_MILLIS;
                }
                pause(pause);
            }
        }

        void wake() {
            woken.release();
        }

        /** Waits until it is woken, but not longer than this. */
        private void pause(long millis) {
            try {
                if (!stopping && woken.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
                    woken.drainPermits();
                }
            } catch (InterruptedException interrupted) {
                stopping = true;
            }
        }
    }
}

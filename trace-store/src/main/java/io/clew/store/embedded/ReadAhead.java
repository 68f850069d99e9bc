package io.clew.store.embedded;

import io.clew.store.block.RowGroupScan;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Row groups of one search that other threads scan before it comes to them. Begins once the search has read some pages of
 * rows, so that one which ends soon wakes nobody, and is never more than a few row groups ahead. It changes nothing but
 * time: a row group that nobody has begun when the search comes to it is scanned by the search's own thread, and one that
 * could not be scanned, for whatever reason, the search reads page by page as if nobody had tried.
 */
final class ReadAhead {
    /** About 260,000 spans: a millisecond of numbers, five of patterns; more than a value found by filters leads to. */
    private static final int AFTER_PAGES = 64;

    private static final int GROUPS_A_THREAD = 2;

    private final SearchThreads threads;
    private final int afterPages;
    /** What was begun and not finished, in that order. For the search's thread. */
    private final ArrayDeque<FutureTask<Found>> begun = new ArrayDeque<>();

    private int running;
    private volatile boolean stopped;

    ReadAhead(SearchThreads threads) {
        this(threads, AFTER_PAGES);
    }

    /** @param afterPages begins when the search has read so many pages */
    ReadAhead(SearchThreads threads, int afterPages) {
        this.threads = threads;
        this.afterPages = afterPages;
    }

    /**
     * What a row group's scan found.
     *
     * @param isKnown false when it was not scanned to its end
     * @param rows null when no span there satisfies
     * @param traces by page, ordinals
     */
    record Found(boolean isKnown, @Nullable RowGroupScan rows, int[][] traces) {
        static final Found UNKNOWN = new Found(false, null, new int[0][]);
    }

    /** Whether one more row group is to be begun, by a search that has read so many pages. For the search's thread. */
    boolean hasRoom(int pagesRead) {
        return pagesRead >= afterPages && begun.size() < GROUPS_A_THREAD * threads.count();
    }

    /** Lets a helper scan a row group. For the search's thread. */
    FutureTask<Found> begin(Supplier<Found> scan) {
        FutureTask<Found> task = new FutureTask<>(() -> run(scan));
        begun.add(task);
        try {
            threads.execute(task);
        } catch (RejectedExecutionException closing) {
            // The search's own thread will.
        }
        return task;
    }

    /** What was found, once it is; the search's thread, whose call this is, scans meanwhile what nobody does. */
    Found finish(FutureTask<Found> task) {
        for (FutureTask<Found> each : begun) {
            if (task.isDone()) {
                break;
            }
            // Does nothing when another thread has begun it.
            each.run();
        }
        begun.remove(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException later) {
                    interrupted = true;
                } catch (ExecutionException failed) {
                    return Found.UNKNOWN;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Found run(Supplier<Found> scan) {
        synchronized (this) {
            if (stopped) {
                return Found.UNKNOWN;
            }
            running++;
        }
        try {
            return scan.get();
        } catch (RuntimeException failed) {
            // The search comes upon the same, and says so.
            return Found.UNKNOWN;
        } finally {
            synchronized (this) {
                running--;
                notifyAll();
            }
        }
    }

    /** Asked for each page. */
    boolean isStopped() {
        return stopped;
    }

    /** Returns when nobody reads for the search any more, and nobody will. */
    synchronized void stop() {
        stopped = true;
        boolean interrupted = false;
        while (running > 0) {
            try {
                wait();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.clew.store.embedded;

import io.clew.store.AppendResult;
import io.clew.store.files.DiskFullException;
import io.clew.store.log.Log;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that owns the log. It takes all appends that wait, writes them, forces the log once, settles repeats,
 * publishes, answers. Other changes that must not interleave with appends run on it too ({@link #call}). The thread is
 * never interrupted: an interrupt would close the log's channel.
 */
final class Committer {
    private static final Logger LOG = System.getLogger(Committer.class.getName());
    private static final int LARGEST_GROUP = 256;
    /** When to try again after the disk was full. */
    static final Duration RETRY_DISK_FULL = Duration.ofSeconds(5);

    private final Log log;
    private final BatchPool pool;
    private final Consumer<PendingAppend> publish;
    private final Thread thread;
    private final ArrayDeque<Object> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean closed;
    private volatile boolean diskFull;
    private volatile @Nullable String trouble;

    /** {@code publish} is called on the committer's thread once an append is durable, and completes its outcome. */
    Committer(Log log, BatchPool pool, Consumer<PendingAppend> publish) {
        this.log = log;
        this.pool = pool;
        this.publish = publish;
        this.thread = Thread.ofPlatform().name("clew-committer").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Hands an append over; false when the store is closing. */
    synchronized boolean offer(PendingAppend append) {
        if (closed) {
            return false;
        }
        queue.addLast(append);
        queuedBytes += append.bytes();
        notifyAll();
        return true;
    }

    /** Bytes of requests that wait to be written. */
    synchronized long queuedBytes() {
        return queuedBytes;
    }

    /** Whether the last write found the disk full. */
    boolean diskFull() {
        return diskFull;
    }

    /** Why the last write failed, or null when it did not. */
    @Nullable
    String trouble() {
        return trouble;
    }

    /** Runs work on the committer's thread, after all appends offered before. */
    <T> CompletableFuture<T> call(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable task = () -> {
            try {
                result.complete(work.call());
            } catch (Exception | Error failure) {
                result.completeExceptionally(failure);
            }
        };
        synchronized (this) {
            if (closed) {
                result.completeExceptionally(new IllegalStateException("the store is closed"));
            } else {
                queue.addLast(task);
                notifyAll();
            }
        }
        return result;
    }

    /** Work that may fail on the disk. */
    interface Work {
        void run() throws IOException;
    }

    /** Runs work on the committer's thread and waits for it. */
    void run(Work work) throws IOException {
        try {
            boolean _ = call(() -> {
                        work.run();
                        return true;
                    })
                    .join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof IOException expected) {
                throw expected;
            }
            throw failure;
        }
    }

    /** Runs work on the committer's thread some time; a failure is logged. Nothing happens once the store is closing. */
    void tell(Work work) {
        Runnable task = () -> {
            try {
                work.run();
            } catch (IOException | RuntimeException failure) {
                LOG.log(Level.WARNING, "work behind the log failed", failure);
            }
        };
        synchronized (this) {
            if (!closed && thread.isAlive()) {
                queue.addLast(task);
                notifyAll();
            }
        }
    }

    /** Finishes what was offered, then ends the thread. */
    void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<PendingAppend> group = new ArrayList<>();
        while (true) {
            group.clear();
            Runnable task = next(group);
            if (!group.isEmpty()) {
                commit(group);
            }
            if (task != null) {
                task.run();
            } else if (group.isEmpty()) {
                return;
            }
        }
    }

    /** Takes the appends at the head of the queue, up to the first other work, which is returned if it is reached. */
    private synchronized @Nullable Runnable next(List<PendingAppend> group) {
        while (queue.isEmpty() && !closed) {
            try {
                wait();
            } catch (InterruptedException ignored) {
                LOG.log(Level.DEBUG, "the committer does not stop on interrupt");
            }
        }
        while (!queue.isEmpty() && group.size() < LARGEST_GROUP) {
            Object first = queue.removeFirst();
            if (first instanceof PendingAppend append) {
                group.add(append);
                queuedBytes -= append.bytes();
            } else {
                return (Runnable) first;
            }
        }
        return null;
    }

    private void commit(List<PendingAppend> group) {
        List<PendingAppend> written = new ArrayList<>(group.size());
        for (PendingAppend append : group) {
            try {
                append.sequence = log.append(Log.SPANS, append.source, 1, append.limits, append.refusals);
                written.add(append);
            } catch (DiskFullException full) {
                diskFull = true;
                refuse(append, new AppendResult.DiskFull(String.valueOf(full.getMessage()), RETRY_DISK_FULL));
            } catch (IOException | RuntimeException | OutOfMemoryError failure) {
                refuse(append, failed("cannot write the log", failure));
            }
        }
        if (written.isEmpty()) {
            return;
        }
        try {
            log.force();
        } catch (IOException | RuntimeException | OutOfMemoryError failure) {
            AppendResult.Failed why = failed("cannot force the log to disk", failure);
            written.forEach(append -> refuse(append, why));
            return;
        }
        trouble = null;
        diskFull = false;
        for (PendingAppend append : written) {
            try {
                publish.accept(append);
            } catch (RuntimeException failure) {
                LOG.log(Level.ERROR, "cannot publish request " + append.sequence + "; a restart will", failure);
                append.outcome.complete(new AppendResult.Failed("cannot publish: " + failure.getMessage()));
            }
        }
    }

    /** Says so, and goes on: the thread that owns the log must not end while appends wait for it. */
    private AppendResult.Failed failed(String what, Throwable failure) {
        LOG.log(Level.ERROR, what, failure);
        String reason = what + ": " + (failure instanceof IOException ? failure.getMessage() : failure.toString());
        trouble = reason;
        return new AppendResult.Failed(reason);
    }

    private void refuse(PendingAppend append, AppendResult why) {
        pool.give(append.batch);
        append.outcome.complete(why);
    }
}

package io.clew.analysis;

import io.clew.model.SpanBatch;
import io.clew.store.ReadControl;
import io.clew.store.TraceScan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of a scan with several threads, each with a worker of its own. The first failure ends all of them and is
 * thrown.
 */
public final class ParallelScan {
    private final TraceScan scan;
    private final ReadControl control;
    private final Progress progress;
    private final boolean[] done;
    private int next;
    private int finished;
    /** Parts below are all finished. */
    private int frontier;

    private @Nullable Throwable failure;

    private ParallelScan(TraceScan scan, ReadControl control, Progress progress) {
        this.scan = scan;
        this.control = control;
        this.progress = progress;
        this.done = new boolean[scan.parts()];
    }

    /** Told after each part, by one thread at a time. */
    public interface Progress {
        void parts(int finished, int total);
    }

    /** What one thread does with the traces it is given. */
    public interface Worker extends TraceScan.Visitor {
        /** The traces of this part come next. */
        default void beginPart(int part) {}

        /**
         * The part is read to its end. One thread at a time is in here.
         *
         * @param settled no trace that begins before is still to come; {@link SpanBatch#NO_TIME} when nothing is settled, {@link
         *     Long#MAX_VALUE} when everything is
         */
        void endPart(long settled);
    }

    /**
     * Returns when all parts are read.
     *
     * @param threads at least 1; the calling thread is one of them
     */
    public static void run(
            TraceScan scan, int threads, ReadControl control, Progress progress, Supplier<? extends Worker> workers) {
        ParallelScan run = new ParallelScan(scan, control, progress);
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < Math.min(threads, scan.parts()); i++) {
            Worker worker = workers.get();
            others.add(Thread.ofPlatform().daemon().name("clew-scan-" + i).start(() -> run.work(worker)));
        }
        run.work(workers.get());
        boolean interrupted = false;
        for (Thread thread : others) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        run.rethrow();
    }

    private void work(Worker worker) {
        try {
            for (int part = take(); part >= 0; part = take()) {
                worker.beginPart(part);
                scan.read(part, worker, control);
                finish(part, worker);
            }
        } catch (RuntimeException | Error failed) {
            fail(failed);
        }
    }

    private synchronized int take() {
        return failure == null && next < done.length ? next++ : -1;
    }

    private synchronized void finish(int part, Worker worker) {
        done[part] = true;
        finished++;
        while (frontier < done.length && done[frontier]) {
            frontier++;
        }
        if (failure == null) {
            worker.endPart(frontier == done.length ? Long.MAX_VALUE : scan.earliest(frontier));
            progress.parts(finished, done.length);
        }
    }

    private synchronized void fail(Throwable failed) {
        if (failure == null) {
            failure = failed;
        } else if (!failure.equals(failed)) {
            failure.addSuppressed(failed);
        }
    }

    private synchronized void rethrow() {
        switch (failure) {
            case null -> {}
            case RuntimeException thrown -> throw thrown;
            case Error thrown -> throw thrown;
            default -> throw new IllegalStateException(failure);
        }
    }
}

package io.clew.store.embedded;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that read ahead for a store's long searches, shared by all of these: one fewer than there are processors, as
 * each search has a thread already. They end when nothing was asked of them for a while. Thread-safe.
 */
final class SearchThreads implements AutoCloseable {
    private static final int IDLE_SECONDS = 10;

    private final int count;
    private final ThreadPoolExecutor pool;

    SearchThreads() {
        this(Runtime.getRuntime().availableProcessors() - 1);
    }

    /** @param count 0: searches read by themselves */
    SearchThreads(int count) {
        this.count = count;
        AtomicInteger number = new AtomicInteger();
        int most = Math.max(1, count);
        pool = new ThreadPoolExecutor(
                most,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                work -> Thread.ofPlatform()
                        .daemon()
                        .name("clew-search-" + number.getAndIncrement())
                        .unstarted(work));
        pool.allowCoreThreadTimeOut(true);
    }

    int count() {
        return count;
    }

    void execute(Runnable work) {
        pool.execute(work);
    }

    /** Takes nothing more; nobody is interrupted, as that would close the file being read. */
    @Override
    public void close() {
        pool.shutdown();
    }
}

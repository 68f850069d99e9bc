package io.clew.server.analyze;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C or TERM while something is written: says so to the work, and holds the process until the work has removed what is
 * half done, or for half a minute. Thread-safe.
 */
final class Interruption implements AutoCloseable {
    private static final long LONGEST_SECONDS = 30;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::ask, "clew-interruption");
    private final PrintStream to;
    private volatile boolean asked;

    /** @param to is told that the work is about to stop */
    Interruption(PrintStream to) {
        this.to = to;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void ask() {
        asked = true;
        to.println("clew: stopping");
        try {
            boolean _ = done.await(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the work is to end. */
    boolean isAsked() {
        return asked;
    }

    /** The work is done, and everything half done is removed. */
    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The process is ending, because of the hook or by itself.
            asked = true;
        }
    }
}

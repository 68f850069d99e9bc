package io.clew.server.intake;

import io.clew.store.AppendResult;
import io.clew.store.TraceStore;
import org.jspecify.annotations.Nullable;

/**
 * The store while the process lives: being recovered, open, closing; and whether it can be written to at present.
 * Thread-safe.
 */
public final class StoreGate {
    private static final long FAILURE_COUNTS_NANOS = 10_000_000_000L;

    private volatile @Nullable TraceStore store;
    private volatile @Nullable String closedBecause = "starting: recovering what was kept";
    private volatile @Nullable Failure failure;

    /** The latest append that failed, and when, on the clock of {@link System#nanoTime}. */
    private record Failure(String reason, long at) {}

    /** The open store, or null; then {@link #closedBecause} says why. */
    public @Nullable TraceStore store() {
        return store;
    }

    /** Why there is no store, or null while there is one. */
    public @Nullable String closedBecause() {
        return closedBecause;
    }

    /**
     * Why appends are not kept although the store is open, or null when they are. Nobody knows whether a full disk still
     * is full but by writing; so a failure counts for {@link #FAILURE_COUNTS_NANOS}, or until an append succeeds.
     */
    public @Nullable String notWritableBecause() {
        Failure latest = failure;
        return latest == null || System.nanoTime() - latest.at > FAILURE_COUNTS_NANOS ? null : latest.reason;
    }

    /** Recovery is done. */
    public void open(TraceStore recovered) {
        store = recovered;
        closedBecause = null;
    }

    /** From now on nothing may reach the store. */
    public void close(String because) {
        closedBecause = because;
        store = null;
    }

    /** Takes note of how an append ended. */
    public void appended(AppendResult result) {
        switch (result) {
            case AppendResult.Stored _ -> failure = null;
            case AppendResult.DiskFull full -> failure = new Failure(full.message(), System.nanoTime());
            case AppendResult.Failed failed -> failure = new Failure(failed.message(), System.nanoTime());
            case AppendResult.Busy _ -> {}
        }
    }
}

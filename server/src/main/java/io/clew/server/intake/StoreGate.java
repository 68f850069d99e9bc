package io.clew.server.intake;

import io.clew.store.AppendResult;
import io.clew.store.TraceStore;
import org.jspecify.annotations.Nullable;

/**
 * The store while the process lives: being recovered, open, closing; and whether it can be written to at present.
 * Thread-safe.
 */
public final class StoreGate {
    private volatile @Nullable TraceStore store;
    private volatile @Nullable String closedBecause = "starting: recovering what was kept";
    private volatile @Nullable String notWritableBecause;

    /** The open store, or null; then {@link #closedBecause} says why. */
    public @Nullable TraceStore store() {
        return store;
    }

    /** Why there is no store, or null while there is one. */
    public @Nullable String closedBecause() {
        return closedBecause;
    }

    /** Why the last append was not kept although the store is open, or null when it was. */
    public @Nullable String notWritableBecause() {
        return notWritableBecause;
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
            case AppendResult.Stored _ -> notWritableBecause = null;
            case AppendResult.DiskFull full -> notWritableBecause = full.message();
            case AppendResult.Failed failed -> notWritableBecause = failed.message();
            case AppendResult.Busy _ -> {}
        }
    }
}

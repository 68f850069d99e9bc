package io.clew.server.api;

import com.linecorp.armeria.common.HttpStatus;
import io.clew.analysis.LiveCells;
import io.clew.model.TraceId;
import io.clew.server.intake.StoreGate;
import io.clew.server.query.Missed;
import io.clew.server.query.Problem;
import io.clew.store.Damage;
import io.clew.store.DeleteResult;
import io.clew.store.TraceStore;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** What the API changes in the store, with its failures told as the API tells them. Thread-safe. */
final class StoreChanges {
    private final StoreGate gate;
    private final LiveCells cells;

    StoreChanges(StoreGate gate, LiveCells cells) {
        this.gate = gate;
        this.cells = cells;
    }

    /** Deletes these traces; {@link #partial} is the answer when something of them may be left. */
    DeleteResult delete(Collection<TraceId> traces) throws Problem {
        try {
            TraceStore store = store();
            Runnable ended = cells.deleting(traces);
            try {
                return store.delete(traces);
            } finally {
                ended.run();
            }
        } catch (IOException failure) {
            throw notDurable(failure, "nothing was deleted");
        }
    }

    /** What is answered when damaged places keep a deletion from being known to be whole. */
    static Problem partial(long deleted, List<Damage> left) {
        return new Problem(
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "Perhaps not all is deleted",
                        "Traces deleted: " + deleted + ". Damaged places may hold more of what was to be deleted: "
                                + String.join("; ", Missed.lines(left))
                                + ". Stop the server, run './clew store repair', and delete again; then remove the damaged"
                                + " files, which the repair moves into the directory 'damaged' of the data directory")
                .with("deletedTraces", deleted);
    }

    void keep(TraceId trace, boolean kept) throws Problem {
        try {
            switch (store().keep(trace, kept)) {
                case DONE -> {}
                case NO_SUCH_TRACE -> throw noSuchTrace(trace);
                case TOO_MANY ->
                    throw new Problem(
                            HttpStatus.CONFLICT,
                            "Too many kept traces",
                            "as many traces are marked as the store can mark; take some mark back first");
            }
        } catch (IOException failure) {
            throw notDurable(failure, "nothing was changed");
        }
    }

    boolean isKept(TraceId trace) throws Problem {
        return store().kept().contains(trace);
    }

    static Problem noSuchTrace(TraceId trace) {
        return new Problem(HttpStatus.NOT_FOUND, "No such trace", "no span of trace " + trace + " is stored");
    }

    private static Problem notDurable(IOException failure, String so) {
        return Problem.unavailable("the disk does not take it, so " + so + ": " + failure.getMessage());
    }

    private TraceStore store() throws Problem {
        TraceStore store = gate.store();
        if (store == null) {
            throw Problem.unavailable(String.valueOf(gate.closedBecause()));
        }
        return store;
    }
}

package io.clew.store.kit;

import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.store.AppendResult;
import io.clew.store.TraceStore;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Appends to a store that nobody else appends to. */
public final class OnlySender {
    private OnlySender() {}

    /**
     * Appends a copy of the batch's spans. A store with small chunks may be asked faster than its own thread flushes, and
     * says that it is busy: then it is flushed, and has room, since nobody else sends.
     */
    public static AppendResult.Stored send(TraceStore store, SpanBatch batch) {
        AppendResult result = append(store, batch);
        if (result instanceof AppendResult.Busy) {
            try {
                store.flush();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            result = append(store, batch);
        }
        if (result instanceof AppendResult.Stored stored) {
            return stored;
        }
        throw new AssertionError("not stored: " + result);
    }

    private static AppendResult append(TraceStore store, SpanBatch batch) {
        SpanBatch copy = store.newBatch();
        SpanCopier copier = new SpanCopier().bind(batch, copy);
        for (int row = 0; row < batch.spanCount(); row++) {
            copier.copy(row);
        }
        return store.append(copy, null, DecodeLimits.DEFAULT, new Refusals()).join();
    }
}

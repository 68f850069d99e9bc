package io.clew.server.exchange;

import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.store.AppendResult;
import io.clew.store.TraceStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Imports straight into a store that this process has opened. What is imported counts as arriving now. */
final class StoreTarget implements ImportTarget {
    private final TraceStore store;
    private final String name;
    private final Decoding decoding = new Decoding();

    StoreTarget(TraceStore store, String name) {
        this.store = store;
        this.name = name;
    }

    @Override
    public Outcome take(Message message) throws IOException, InterruptedException {
        while (true) {
            SpanBatch batch = store.newBatch();
            Refusals refusals = new Refusals();
            @Nullable SourceRequest source = null;
            switch (message) {
                case Message.Request request -> {
                    try {
                        decoding.decode(request.request(), batch, refusals);
                    } catch (MalformedRequestException e) {
                        store.discard(batch);
                        return Outcome.unreadable(String.valueOf(e.getMessage()));
                    }
                    source = request.request();
                }
                case Message.Spans rows -> copy(rows.spans(), batch);
                case Message.Unreadable unreadable -> {
                    store.discard(batch);
                    return Outcome.unreadable(unreadable.wrong());
                }
            }
            int spans = batch.spanCount();
            AppendResult result =
                    store.append(batch, source, DecodeLimits.DEFAULT, refusals).join();
            switch (result) {
                case AppendResult.Stored _ -> {
                    return new Outcome(spans, refusals.count(), refusals.firstMessage());
                }
                case AppendResult.Busy busy -> Thread.sleep(busy.retryAfter());
                case AppendResult.DiskFull full -> throw new IOException(full.message());
                case AppendResult.Failed failed -> throw new IOException(failed.message());
            }
        }
    }

    private static void copy(SpanBatch from, SpanBatch to) {
        long now = System.currentTimeMillis() * 1_000_000L;
        SpanCopier copier = new SpanCopier().bind(from, to);
        for (int row = 0; row < from.spanCount(); row++) {
            to.setReceiveTime(copier.copy(row), now);
        }
    }

    @Override
    public long spansStored() {
        return store.stats().spansStored();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void close() {}
}

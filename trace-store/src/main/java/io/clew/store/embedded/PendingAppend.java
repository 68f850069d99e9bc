package io.clew.store.embedded;

import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.store.AppendResult;
import java.util.concurrent.CompletableFuture;

/** An append on its way through the committer. */
final class PendingAppend {
    final SpanBatch batch;
    final SourceRequest source;
    final DecodeLimits limits;
    final Refusals refusals;
    final CompletableFuture<AppendResult> outcome = new CompletableFuture<>();
    /** Log sequence number, once written. */
    long sequence;

    PendingAppend(SpanBatch batch, SourceRequest source, DecodeLimits limits, Refusals refusals) {
        this.batch = batch;
        this.source = source;
        this.limits = limits;
        this.refusals = refusals;
    }

    int bytes() {
        return source.length();
    }
}

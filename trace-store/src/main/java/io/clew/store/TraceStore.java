package io.clew.store;

import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps spans durably and gives whole traces back. Every store passes the same contract kit.
 *
 * <ul>
 *   <li><b>Durable:</b> once {@link #append} answers {@link AppendResult.Stored}, the spans survive {@code kill -9} and
 *       power loss. Before that nothing is promised.
 *   <li><b>Visible:</b> a snapshot taken after that answer sees the spans in every kind of read.
 *   <li><b>Exact:</b> a repeat (a span equal to a stored one in every field, {@link io.clew.model.SpanEquality}) is
 *       counted and not stored; spans that only share an id are all kept. Counts are of distinct spans.
 *   <li><b>Whole:</b> a trace read is all spans stored of it, however late and in however many requests they came.
 * </ul>
 *
 * <p>Thread-safe.
 */
public interface TraceStore extends AutoCloseable {
    /** An empty batch to decode into, perhaps one used before. Goes back by {@link #append} or {@link #discard}. */
    SpanBatch newBatch();

    /** Takes back a batch that will not be appended. */
    void discard(SpanBatch batch);

    /**
     * Stores a batch. From the call on the batch belongs to the store and must not be touched.
     *
     * @param batch as decoded; may be empty
     * @param source the request it was decoded from, which a durable store logs and may decode again after a crash; null
     *     when there is none, then the store logs the batch itself
     * @param limits the limits it was decoded with
     * @param refusals which spans of the request are not in the batch; read before the call returns
     * @return completes when the outcome is certain, never exceptionally; on a thread of the store, which must not be
     *     blocked
     */
    CompletableFuture<AppendResult> append(
            SpanBatch batch, @Nullable SourceRequest source, DecodeLimits limits, Refusals refusals);

    /** What is stored now, unchanging until closed. Holds files and memory: close it soon. */
    Snapshot snapshot();

    /**
     * Deletes whole traces as stored now; spans of them that come later are stored as of a new trace. Gone from every
     * later snapshot and from the log when this returns, also after a crash. Their bytes leave all files within the
     * next {@link #maintain}, which a store also does by itself within seconds, once no earlier snapshot is open; but for
     * what {@link DeleteResult#left} names.
     *
     * @throws IOException when the deletion could not be made durable; then nothing was deleted
     */
    DeleteResult delete(Collection<TraceId> traces) throws IOException;

    /**
     * Marks a trace as one to be kept, or takes the mark back. Retention treats it as a trace with a span that is marked
     * ({@link RetentionRules#KEEP_ATTRIBUTE}). Durable when this returns; the mark goes with its trace.
     *
     * @throws IOException when the mark could not be made durable; then nothing changed
     */
    Keeping keep(TraceId trace, boolean kept) throws IOException;

    /** What became of a mark. */
    enum Keeping {
        DONE,
        /** No span of the trace is stored, nothing was marked. */
        NO_SUCH_TRACE,
        /** As many traces are marked as a store can mark, nothing was marked. */
        TOO_MANY
    }

    /** The traces marked by {@link #keep}, in order of id. */
    List<TraceId> kept();

    /** Moves everything appended before the call from the log into its final form; returns when that is done. */
    void flush() throws IOException;

    /** Does all merging and retention that is due now; returns when it is done. */
    void maintain() throws IOException;

    StoreStats stats();

    /** Where cells may be kept beside the spans; null for a store that keeps none. */
    default @Nullable KeptCells cells() {
        return null;
    }

    /** Flushes what the log holds and closes. Appends still under way get their outcome first. */
    @Override
    void close() throws IOException;
}

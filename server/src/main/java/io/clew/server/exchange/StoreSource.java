package io.clew.server.exchange;

import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.Trace;
import io.clew.store.Damage;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.traceql.MatchingTraces;
import io.clew.traceql.ast.Spansets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whole traces out of a store, newest first, in chunks of bounded size. Takes a fresh snapshot every few thousand traces,
 * so that a long export holds no files that merging or retention let go; a trace is read as it is at that moment.
 */
public final class StoreSource implements SpanChunk.Source {
    /** A chunk is full with so many spans or about so many bytes on the wire; a larger trace is cut. */
    private static final int SPANS = 4000;

    private static final long BYTES = 4L << 20;
    private static final int TRACES_PER_SNAPSHOT = 5000;

    private final TraceStore store;
    private final Spansets query;
    private final Window window;
    private final ReadControl control;
    private final int spansPerChunk;
    private final int tracesPerSnapshot;
    private final SpanBatch chunk = new SpanBatch();
    private final SpanCopier copier = new SpanCopier();
    private @Nullable Position after;
    private @Nullable Snapshot snapshot;
    private @Nullable MatchingTraces traces;
    private int readOfSnapshot;
    /** The trace of which rows are left, and how many of them are out. */
    private @Nullable Trace current;

    private int taken;

    /**
     * Starts reading.
     *
     * @param after only traces after this position; null = from the newest on
     */
    public StoreSource(TraceStore store, Spansets query, Window window, @Nullable Position after, ReadControl control) {
        this(store, query, window, after, control, SPANS, TRACES_PER_SNAPSHOT);
    }

    StoreSource(
            TraceStore store,
            Spansets query,
            Window window,
            @Nullable Position after,
            ReadControl control,
            int spansPerChunk,
            int tracesPerSnapshot) {
        this.spansPerChunk = spansPerChunk;
        this.tracesPerSnapshot = tracesPerSnapshot;
        this.store = store;
        this.query = query;
        this.window = window;
        this.after = after;
        this.control = control;
    }

    @Override
    public @Nullable SpanChunk next() {
        chunk.clear();
        long bytes = 0;
        int ended = 0;
        boolean full = false;
        while (!full) {
            Trace trace = current == null ? nextTrace() : current;
            if (trace == null) {
                break;
            }
            if (current == null) {
                current = trace;
                taken = 0;
            }
            copier.bind(trace.spans(), chunk);
            int origin = -1;
            int[] order = trace.order();
            for (; taken < order.length && !full; taken++) {
                int row = order[taken];
                bytes += WireSize.ofSpan(trace.spans(), row);
                if (trace.spans().resource(row) != origin) {
                    origin = trace.spans().resource(row);
                    bytes += WireSize.ofOrigin(trace.spans(), row);
                }
                copier.copy(row);
                full = chunk.spanCount() >= spansPerChunk || bytes >= BYTES;
            }
            if (taken == order.length) {
                after = Position.of(trace);
                current = null;
                ended++;
            }
        }
        return chunk.spanCount() == 0 ? null : new SpanChunk(chunk, current == null ? after : null, ended);
    }

    private @Nullable Trace nextTrace() {
        while (true) {
            MatchingTraces open = traces;
            if (open == null) {
                snapshot = store.snapshot();
                open = new MatchingTraces(snapshot, query, window, after, control);
                traces = open;
                readOfSnapshot = 0;
            }
            if (readOfSnapshot < tracesPerSnapshot) {
                readOfSnapshot++;
                Trace trace = open.next();
                if (trace == null) {
                    close();
                }
                return trace;
            }
            close();
        }
    }

    @Override
    public List<String> missed() {
        return control.missed().stream().map(Damage::line).sorted().toList();
    }

    @Override
    public void close() {
        Snapshot open = snapshot;
        snapshot = null;
        traces = null;
        if (open != null) {
            open.close();
        }
    }
}

package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot.Operation;
import io.clew.store.Window;
import io.clew.store.block.Block;
import io.clew.store.manifest.BlockEntry;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/** A block as the manifest has it: the file less the deleted traces. Immutable; thread-safe. */
final class LiveBlock {
    private final OpenBlock file;
    private final BlockEntry entry;
    private final RoaringBitmap deleted = new RoaringBitmap();
    private final Interval times = new Interval();
    private long deletedSpans;

    LiveBlock(OpenBlock file, BlockEntry entry) {
        this.file = file;
        this.entry = entry;
        for (TraceId id : entry.deleted()) {
            int ordinal = file.block().find(id);
            if (ordinal >= 0 && deleted.checkedAdd(ordinal)) {
                deletedSpans += file.block().spanCount(ordinal);
            }
        }
        if (deleted.isEmpty()) {
            times.add(entry.minStart(), entry.maxEnd());
        } else {
            for (int ordinal = 0; ordinal < file.block().traces(); ordinal++) {
                if (!isDeleted(ordinal)) {
                    times.add(file.block().start(ordinal), file.block().end(ordinal));
                }
            }
        }
    }

    OpenBlock file() {
        return file;
    }

    BlockEntry entry() {
        return entry;
    }

    Block block() {
        return file.block();
    }

    /** Spans not deleted. */
    long spans() {
        return entry.spans() - deletedSpans;
    }

    /** Traces not deleted. */
    long traces() {
        return entry.traces() - deleted.getLongCardinality();
    }

    boolean isDeleted(int ordinal) {
        return deleted.contains(ordinal);
    }

    /** Whether some trace from {@code first} to {@code last} is deleted. */
    boolean hasDeleted(int first, int last) {
        return deleted.intersects(first, last + 1L);
    }

    boolean hasDeletions() {
        return !deleted.isEmpty();
    }

    /** The time its traces cover, those deleted left out. */
    Interval times() {
        return times;
    }

    /** The trace's ordinal, or -1 when it is not here or deleted. */
    int find(TraceId id) {
        return find(id.high(), id.low());
    }

    int find(long high, long low) {
        int ordinal = block().find(high, low);
        return ordinal >= 0 && isDeleted(ordinal) ? -1 : ordinal;
    }

    /** Whether some trace in it, as known when the block was written, can overlap the window. */
    boolean mayOverlap(Window window) {
        return window.overlaps(entry.minStart(), entry.maxEnd());
    }

    SortedSet<String> services(ReadControl control) {
        if (!hasDeletions()) {
            return block().services();
        }
        SortedSet<String> services = new TreeSet<>();
        collectLeft(null, services, new TreeSet<>(), control);
        return services;
    }

    SortedSet<Operation> operations(@Nullable String service, ReadControl control) {
        if (!hasDeletions()) {
            return block().operations(service);
        }
        SortedSet<Operation> operations = new TreeSet<>();
        collectLeft(service, new TreeSet<>(), operations, control);
        return operations;
    }

    /** Names of the traces not deleted; reads each. */
    private void collectLeft(
            @Nullable String service,
            SortedSet<String> services,
            SortedSet<Operation> operations,
            ReadControl control) {
        SpanBatch spans = new SpanBatch();
        for (int ordinal = 0; ordinal < block().traces(); ordinal++) {
            control.check();
            if (!isDeleted(ordinal)) {
                spans.clear();
                block().read(ordinal, spans, control);
                Names.collect(spans, Names.RowSource.all(spans), service, services, operations);
            }
        }
    }
}

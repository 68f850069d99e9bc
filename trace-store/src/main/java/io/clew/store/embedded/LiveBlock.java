package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.DamagedException;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot.Operation;
import io.clew.store.Window;
import io.clew.store.block.Block;
import io.clew.store.manifest.BlockEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/** A block as the manifest has it: the file less the deleted traces. Immutable; thread-safe. */
final class LiveBlock {
    private final OpenBlock file;
    private final BlockEntry entry;
    private final RoaringBitmap deleted;
    private final Interval times = new Interval();
    private final long deletedSpans;
    /** Names of the traces left, once asked for. */
    private volatile @Nullable NamesLeft namesLeft;

    LiveBlock(OpenBlock file, BlockEntry entry) {
        this(file, entry, ordinals(file.block(), entry.deleted()));
    }

    private LiveBlock(OpenBlock file, BlockEntry entry, RoaringBitmap deleted) {
        this.file = file;
        this.entry = entry;
        this.deleted = deleted;
        long spans = 0;
        for (PeekableIntIterator ordinals = deleted.getIntIterator(); ordinals.hasNext(); ) {
            spans += file.block().spanCount(ordinals.next());
        }
        this.deletedSpans = spans;
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

    private static RoaringBitmap ordinals(Block block, List<TraceId> ids) {
        RoaringBitmap ordinals = new RoaringBitmap();
        for (TraceId id : ids) {
            int ordinal = block.find(id);
            if (ordinal >= 0) {
                ordinals.add(ordinal);
            }
        }
        return ordinals;
    }

    /**
     * The same file without these traces too.
     *
     * @param eraseSoon whether they were deleted on request
     */
    LiveBlock without(RoaringBitmap ordinals, boolean eraseSoon) {
        RoaringBitmap all = RoaringBitmap.or(deleted, ordinals);
        List<TraceId> ids = new ArrayList<>(all.getCardinality());
        for (PeekableIntIterator each = all.getIntIterator(); each.hasNext(); ) {
            int ordinal = each.next();
            if (!block().isLost(ordinal)) {
                ids.add(block().id(ordinal));
            }
        }
        ids.sort(null);
        return new LiveBlock(file, entry.withDeleted(ids, entry.erase() || eraseSoon), all);
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
        return namesLeft(control).services;
    }

    SortedSet<Operation> operations(@Nullable String service, ReadControl control) {
        if (!hasDeletions()) {
            return block().operations(service);
        }
        if (service == null) {
            return namesLeft(control).operations;
        }
        return namesLeft(control).ofService.getOrDefault(service, Collections.emptySortedSet());
    }

    private NamesLeft namesLeft(ReadControl control) {
        NamesLeft known = namesLeft;
        if (known == null) {
            known = new NamesLeft(control);
            namesLeft = known;
        }
        return known;
    }

    /** Names of the traces not deleted: reads row groups until all names the block ever had have been found again. */
    private final class NamesLeft {
        private final SortedSet<String> services = new TreeSet<>();
        private final SortedSet<Operation> operations = new TreeSet<>();
        private final Map<String, SortedSet<Operation>> ofService = new HashMap<>();

        private NamesLeft(ReadControl control) {
            SortedSet<String> allServices = block().services();
            SortedSet<Operation> allOperations = block().operations(null);
            Map<String, SortedSet<Operation>> allOfService = new HashMap<>();
            for (String service : allServices) {
                allOfService.put(service, block().operations(service));
            }
            for (int group = 0; group < block().rowGroups(); group++) {
                control.check();
                collect(group, control);
                if (services.equals(allServices)
                        && operations.equals(allOperations)
                        && ofService.equals(allOfService)) {
                    return;
                }
            }
        }

        private void collect(int group, ReadControl control) {
            SpanBatch spans;
            try {
                spans = block().readRowGroup(group, control);
            } catch (DamagedException unreadable) {
                // Noted; names that stand in this row group alone are missing.
                return;
            }
            int first = block().firstOrdinal(group);
            int end = group + 1 < block().rowGroups() ? block().firstOrdinal(group + 1) : block().traces();
            RowMarks gone = new RowMarks();
            int row = 0;
            for (int ordinal = first; ordinal < end; ordinal++) {
                int to = row + block().spanCount(ordinal);
                for (; row < to; row++) {
                    if (isDeleted(ordinal)) {
                        gone.mark(row);
                    }
                }
            }
            Names.RowSource left = Names.RowSource.unmarked(spans, gone);
            SortedSet<String> found = new TreeSet<>();
            Names.collect(spans, left, null, found, operations);
            for (String service : found) {
                services.add(service);
                Names.collect(
                        spans,
                        left,
                        service,
                        new TreeSet<>(),
                        ofService.computeIfAbsent(service, _ -> new TreeSet<>()));
            }
        }
    }
}

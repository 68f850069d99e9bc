package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.DamagedException;
import io.clew.store.FirstNames;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot.Operation;
import io.clew.store.Window;
import io.clew.store.block.Block;
import io.clew.store.manifest.BlockEntry;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/** A block as the manifest has it: the file less the deleted traces. Immutable; thread-safe. */
final class LiveBlock {
    private final OpenBlock file;
    private final BlockEntry entry;
    private final Deleted deleted;
    private final Interval times = new Interval();
    private final long deletedSpans;
    /** Names of the traces left, once asked for. */
    private volatile @Nullable NamesLeft namesLeft;

    /**
     * Its deleted traces.
     *
     * @param unfound those not found, because a part of the directory could not be read; it may be read again later
     */
    private record Deleted(RoaringBitmap ordinals, Set<TraceId> unfound) {
        private static Deleted of(Block block, List<TraceId> ids) {
            RoaringBitmap ordinals = new RoaringBitmap();
            Set<TraceId> unfound = new TreeSet<>();
            for (TraceId id : ids) {
                int ordinal = block.find(id);
                if (ordinal >= 0) {
                    ordinals.add(ordinal);
                } else if (block.mayHide(id)) {
                    unfound.add(id);
                }
            }
            return new Deleted(ordinals, unfound);
        }
    }

    LiveBlock(OpenBlock file, BlockEntry entry) {
        this(file, entry, Deleted.of(file.block(), entry.deleted()));
    }

    private LiveBlock(OpenBlock file, BlockEntry entry, Deleted deleted) {
        this.file = file;
        this.entry = entry;
        this.deleted = deleted;
        long spans = 0;
        for (PeekableIntIterator ordinals = deleted.ordinals.getIntIterator(); ordinals.hasNext(); ) {
            spans += file.block().spanCount(ordinals.next());
        }
        this.deletedSpans = spans;
        if (!hasDeletions()) {
            times.add(entry.minStart(), entry.maxEnd());
        } else {
            for (int ordinal = 0; ordinal < file.block().traces(); ordinal++) {
                if (!isDeleted(ordinal)) {
                    times.add(file.block().start(ordinal), file.block().end(ordinal));
                }
            }
        }
    }

    /**
     * The same file without these traces too.
     *
     * @param onRequest whether they were deleted on request: their bytes are to go soon, and none of them may come back
     * @throws IOException when they are deleted on request and the id of one cannot be read again, to be put into the manifest
     */
    LiveBlock without(RoaringBitmap ordinals, boolean onRequest) throws IOException {
        Set<TraceId> ids = new TreeSet<>(entry.deleted());
        for (PeekableIntIterator each = ordinals.getIntIterator(); each.hasNext(); ) {
            int ordinal = each.next();
            TraceId id = block().id(ordinal);
            if (!block().isLost(ordinal)) {
                ids.add(id);
            } else if (onRequest) {
                throw new IOException("nothing was deleted: the directory of " + file.path() + " cannot be read again");
            }
        }
        return new LiveBlock(
                file,
                entry.withDeleted(List.copyOf(ids), entry.erase() || onRequest),
                new Deleted(RoaringBitmap.or(deleted.ordinals, ordinals), deleted.unfound));
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
        return entry.traces() - deleted.ordinals.getLongCardinality();
    }

    boolean isDeleted(int ordinal) {
        return deleted.ordinals.contains(ordinal)
                || !deleted.unfound.isEmpty() && deleted.unfound.contains(block().id(ordinal));
    }

    /** Whether some trace from {@code first} to {@code last} is deleted. */
    boolean hasDeleted(int first, int last) {
        return deleted.ordinals.intersects(first, last + 1L) || !deleted.unfound.isEmpty();
    }

    boolean hasDeletions() {
        return !deleted.ordinals.isEmpty() || !deleted.unfound.isEmpty();
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

    /** What keeps the file from being rid of a trace that has been deleted, and is or may be here; or null. */
    @Nullable
    String mayKeep(TraceId id) {
        boolean held = block().find(id) >= 0 || deleted.unfound.contains(id);
        if (held) {
            return block().isDamaged()
                    ? "a damaged block, which is not written anew without what was deleted from it"
                    : null;
        }
        return block().mayHide(id) ? "not all of the block's directory of traces can be read" : null;
    }

    /** Whether some trace in it, as known when the block was written, can overlap the window. */
    boolean mayOverlap(Window window) {
        return window.overlaps(entry.minStart(), entry.maxEnd());
    }

    Collection<String> services(ReadControl control) {
        if (!hasDeletions()) {
            return block().services();
        }
        if (!block().hasFewOperations()) {
            FirstNames<String> services = new FirstNames<>();
            eachRowGroupLeft(control, (spans, left) -> Names.collect(spans, left, null, services, null));
            return services;
        }
        return namesLeft(control).services;
    }

    Collection<Operation> operations(@Nullable String service, ReadControl control) {
        if (!hasDeletions()) {
            return block().operations(service);
        }
        if (!block().hasFewOperations()) {
            FirstNames<Operation> operations = new FirstNames<>();
            eachRowGroupLeft(control, (spans, left) -> Names.collect(spans, left, service, null, operations));
            return operations;
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

    /** Takes a row group: its spans, and which of them are left. */
    private interface RowGroupLeft {
        void take(SpanBatch spans, Names.RowSource left);
    }

    private void eachRowGroupLeft(ReadControl control, RowGroupLeft visitor) {
        for (int group = 0; group < block().rowGroups(); group++) {
            control.check();
            rowGroupLeft(group, control, visitor);
        }
    }

    private void rowGroupLeft(int group, ReadControl control, RowGroupLeft visitor) {
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
        visitor.take(spans, Names.RowSource.unmarked(spans, gone));
    }

    /** Names of the traces not deleted: reads row groups until all names the block ever had have been found again. */
    private final class NamesLeft {
        private final SortedSet<String> services = new TreeSet<>();
        private final SortedSet<Operation> operations = new TreeSet<>();
        private final Map<String, SortedSet<Operation>> ofService = new HashMap<>();

        private NamesLeft(ReadControl control) {
            Set<String> allServices = block().services();
            Set<Operation> allOperations = block().operations(null);
            Map<String, Set<Operation>> allOfService = new HashMap<>();
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
            rowGroupLeft(group, control, this::collect);
        }

        private void collect(SpanBatch spans, Names.RowSource left) {
            SortedSet<String> found = new TreeSet<>();
            Names.collect(spans, left, null, found, operations);
            for (String service : found) {
                services.add(service);
                Names.collect(spans, left, service, null, ofService.computeIfAbsent(service, _ -> new TreeSet<>()));
            }
        }
    }
}

package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.store.Damage;
import io.clew.store.DamagedException;
import io.clew.store.ReadControl;
import io.clew.store.SpanColumns;
import io.clew.store.TraceScan;
import io.clew.store.Window;
import io.clew.store.block.Block;
import io.clew.store.block.PageReader;
import io.clew.store.block.TraceReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * All traces that begin in a window. Nearly all stand in one place of one block: those are read row group by row group, in
 * place. Traces with spans in the head, or marked continued in some block (and so possibly in several), are
 * gathered one by one; they come first. Where a page is damaged, the traces of the part are read each for itself, so that
 * only those are missing that stood there.
 */
final class WholeTraces implements TraceScan {
    private static final int GATHERED_PER_PART = 512;
    /** Of a row group of which less than this share is wanted, traces are read singly. */
    private static final int READ_WHOLE_FROM_SHARE = 8;

    private final EmbeddedSnapshot snapshot;
    private final Window window;
    private final SpanColumns columns;
    /** Memory of threads that are between two parts. */
    private final Queue<SpanBatch> spare = new ConcurrentLinkedQueue<>();

    /** The traces that are gathered. */
    private final Map<TraceId, Scattered> scattered = new HashMap<>();

    private final List<Scattered> toGather;
    private final List<RowGroupPart> rowGroups = new ArrayList<>();
    private final int gatherings;

    /** {@code to} is exclusive. */
    private record RowGroupPart(LiveBlock block, int rowGroup, int from, int to, long earliest) {}

    /** A trace that may stand in several places. */
    private static final class Scattered {
        private static final int[] NOWHERE = {};

        private final TraceId id;
        /** Where it stands in the head: pairs of batch and group. */
        private int[] places = NOWHERE;
        /** The smallest start known of it: so those that are neighbours in blocks are gathered together. */
        private long start = SpanBatch.NO_TIME;

        private Scattered(TraceId id) {
            this.id = id;
        }

        private void startsAt(long time) {
            start = start == SpanBatch.NO_TIME || time != SpanBatch.NO_TIME && time < start ? time : start;
        }

        private void add(int batch, int group) {
            places = Arrays.copyOf(places, places.length + 2);
            places[places.length - 2] = batch;
            places[places.length - 1] = group;
        }
    }

    WholeTraces(EmbeddedSnapshot snapshot, Window window, SpanColumns columns, ReadControl control) {
        this.snapshot = snapshot;
        this.window = window;
        this.columns = columns;
        for (int batch = 0; batch < snapshot.head().size(); batch++) {
            control.check();
            TraceGroups groups = snapshot.head().get(batch).groups();
            for (int group = 0; group < groups.size(); group++) {
                Scattered trace = scattered(groups.id(group));
                trace.startsAt(groups.start(group));
                trace.add(batch, group);
            }
        }
        // The piece written last knows from when the whole trace is, so of a trace that begins in the window it stands
        // in a
        // block that reaches into the window.
        List<LiveBlock> blocks = snapshot.blocks().stream()
                .filter(block -> block.mayOverlap(window))
                .toList();
        for (LiveBlock block : blocks) {
            control.check();
            int all = block.block().traces();
            for (int ordinal = 0; (ordinal = block.block().nextContinued(ordinal, all)) < all; ordinal++) {
                if (!block.isDeleted(ordinal)) {
                    scattered(block.block().id(ordinal)).startsAt(block.block().start(ordinal));
                }
            }
        }
        toGather = new ArrayList<>();
        for (Scattered trace : scattered.values()) {
            // What stands in the head only begins where that says.
            if (window.begins(trace.start) || isInBlocks(trace.id)) {
                toGather.add(trace);
            }
        }
        toGather.sort(Comparator.comparingLong(trace -> trace.start));
        gatherings = (toGather.size() + GATHERED_PER_PART - 1) / GATHERED_PER_PART;
        blocks.forEach(this::addRowGroups);
        rowGroups.sort(Comparator.comparingLong(RowGroupPart::earliest));
        snapshot.noteMissing(window, control);
        snapshot.noteLost(window, control);
    }

    private boolean isInBlocks(TraceId id) {
        for (LiveBlock block : snapshot.blocks()) {
            if (block.find(id) >= 0) {
                return true;
            }
        }
        return false;
    }

    private Scattered scattered(TraceId id) {
        return scattered.computeIfAbsent(id, Scattered::new);
    }

    private void addRowGroups(LiveBlock block) {
        int from = window.isAll() ? 0 : firstFrom(block, window.from());
        int to = window.to() == Long.MAX_VALUE ? block.block().traces() : firstFrom(block, window.to() + 1);
        for (int group = 0; group < block.block().rowGroups(); group++) {
            int first = Math.max(from, block.block().firstOrdinal(group));
            int last = Math.min(
                    to,
                    group + 1 < block.block().rowGroups()
                            ? block.block().firstOrdinal(group + 1)
                            : block.block().traces());
            if (first < last) {
                rowGroups.add(new RowGroupPart(
                        block, group, first, last, block.block().start(first)));
            }
        }
    }

    /** The first trace of a block that begins at this time or later; those without a time come before all. */
    private static int firstFrom(LiveBlock block, long time) {
        int low = 0;
        int high = block.block().traces();
        while (low < high) {
            int middle = low + high >>> 1;
            long start = block.block().start(middle);
            if (start == SpanBatch.NO_TIME || start < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public int parts() {
        return gatherings + rowGroups.size();
    }

    @Override
    public long earliest(int part) {
        return part < gatherings
                ? SpanBatch.NO_TIME
                : rowGroups.get(part - gatherings).earliest();
    }

    @Override
    public void read(int part, Visitor visitor, ReadControl control) {
        control.check();
        if (part < gatherings) {
            int from = part * GATHERED_PER_PART;
            List<Scattered> traces = toGather.subList(from, Math.min(toGather.size(), from + GATHERED_PER_PART));
            Rows rows;
            try {
                rows = gather(traces, control);
            } catch (DamagedException found) {
                control.missed(Damage.of(found));
                traces.forEach(trace -> gatherAlone(trace.id, visitor, control));
                return;
            }
            rows.visit(visitor);
            spare.add(rows.batch);
        } else {
            RowGroupPart group = rowGroups.get(part - gatherings);
            if (isReadWhole(group)) {
                readRowGroup(group, visitor, control);
            } else {
                readSingly(group, visitor, control);
            }
        }
    }

    private void gatherAlone(TraceId id, Visitor visitor, ReadControl control) {
        Optional<Trace> trace;
        try {
            trace = snapshot.read(id, control);
        } catch (DamagedException found) {
            control.missed(Damage.of(found));
            return;
        }
        if (trace.isPresent()) {
            SpanBatch spans = trace.get().spans();
            int[] rows = allOf(spans);
            if (window.begins(start(spans, rows, 0, rows.length))) {
                visitor.trace(spans, rows, 0, rows.length);
            }
        }
    }

    /** Gives the traces of a part of which none from {@code first} on has been given. */
    private void readAlone(RowGroupPart part, int first, Visitor visitor, ReadControl control) {
        for (int ordinal = first; ordinal < part.to(); ordinal++) {
            if (standsHereAlone(part.block(), ordinal)) {
                SpanBatch batch = new SpanBatch();
                try {
                    part.block().block().read(ordinal, batch, control);
                } catch (DamagedException found) {
                    control.missed(Damage.of(found));
                    continue;
                }
                visitor.trace(batch, allOf(batch), 0, batch.spanCount());
            }
        }
    }

    /** Copies batch by batch and block by block, so that each is looked through once. */
    private Rows gather(List<Scattered> traces, ReadControl control) {
        Rows rows = new Rows(traces.size());
        List<long[]> pieces = new ArrayList<>();
        for (int i = 0; i < traces.size(); i++) {
            int[] places = traces.get(i).places;
            for (int at = 0; at < places.length; at += 2) {
                pieces.add(new long[] {places[at], places[at + 1], i});
            }
        }
        pieces.sort(Comparator.comparingLong(piece -> piece[0]));
        SpanCopier copier = new SpanCopier();
        long bound = -1;
        for (long[] piece : pieces) {
            HeadBatch head = snapshot.head().get((int) piece[0]);
            if (bound != piece[0]) {
                control.check();
                copier.bind(head.spans(), rows.batch);
                bound = piece[0];
            }
            int group = (int) piece[1];
            for (int i = head.groups().from(group); i < head.groups().to(group); i++) {
                copier.copy(head.groups().row(i));
            }
            rows.belongTo((int) piece[2]);
        }
        control.inspected(traces.size(), rows.batch.spanCount(), 0);
        long[] found = new long[traces.size()];
        for (LiveBlock block : snapshot.blocks()) {
            int size = 0;
            for (int i = 0; i < found.length; i++) {
                int ordinal = block.find(traces.get(i).id);
                if (ordinal >= 0) {
                    found[size++] = (long) ordinal << 32 | i;
                }
            }
            Arrays.sort(found, 0, size);
            TraceReader reader = new TraceReader(block.block(), columns, rows.batch);
            for (int i = 0; i < size; i++) {
                reader.read((int) (found[i] >>> 32), control);
                rows.belongTo((int) found[i]);
            }
        }
        return rows;
    }

    /** Spans of many traces in one batch, and which trace each belongs to. */
    private final class Rows {
        private final SpanBatch batch = batch();
        private final int[] first;
        private int[] traceOf = new int[1024];
        private int known;

        private Rows(int traces) {
            first = new int[traces + 1];
        }

        /** The rows added since the last call are of this trace. */
        private void belongTo(int trace) {
            int count = batch.spanCount();
            if (traceOf.length < count) {
                traceOf = Arrays.copyOf(traceOf, Math.max(count, 2 * traceOf.length));
            }
            Arrays.fill(traceOf, known, count, trace);
            first[trace + 1] += count - known;
            known = count;
        }

        /** Sorts the rows by trace and gives them. */
        private void visit(Visitor visitor) {
            for (int trace = 1; trace < first.length; trace++) {
                first[trace] += first[trace - 1];
            }
            int[] sorted = new int[known];
            int[] next = first.clone();
            for (int row = 0; row < known; row++) {
                sorted[next[traceOf[row]]++] = row;
            }
            for (int trace = 0; trace + 1 < first.length; trace++) {
                int from = first[trace];
                int to = first[trace + 1];
                if (to > from && window.begins(start(batch, sorted, from, to))) {
                    visitor.trace(batch, sorted, from, to);
                }
            }
        }
    }

    private static long start(SpanBatch batch, int[] rows, int from, int to) {
        long start = SpanBatch.NO_TIME;
        for (int i = from; i < to; i++) {
            int row = rows[i];
            if (batch.validStart(row) && (start == SpanBatch.NO_TIME || batch.start(row) < start)) {
                start = batch.start(row);
            }
        }
        return start;
    }

    private static boolean isReadWhole(RowGroupPart part) {
        Block block = part.block().block();
        int first = block.firstOrdinal(part.rowGroup());
        int end = part.rowGroup() + 1 < block.rowGroups() ? block.firstOrdinal(part.rowGroup() + 1) : block.traces();
        return (long) (part.to() - part.from()) * READ_WHOLE_FROM_SHARE >= end - first;
    }

    private void readRowGroup(RowGroupPart part, Visitor visitor, ReadControl control) {
        LiveBlock block = part.block();
        SpanBatch batch = batch();
        int next = part.from();
        try {
            PageReader reader = new PageReader(block.block(), part.rowGroup(), columns, batch);
            int[] rows = {};
            while (reader.next(control)) {
                rows = rows.length < batch.spanCount() ? allOf(batch) : rows;
                int row = 0;
                for (int ordinal = reader.first(); ordinal < reader.end(); ordinal++) {
                    int end = row + block.block().spanCount(ordinal);
                    if (ordinal >= part.from() && ordinal < part.to() && standsHereAlone(block, ordinal)) {
                        visitor.trace(batch, rows, row, end);
                    }
                    row = end;
                }
                next = Math.max(next, reader.end());
            }
        } catch (DamagedException found) {
            control.missed(Damage.of(found));
            readAlone(part, next, visitor, control);
            return;
        }
        spare.add(batch);
    }

    private SpanBatch batch() {
        SpanBatch used = spare.poll();
        if (used == null) {
            return new SpanBatch();
        }
        used.clear();
        return used;
    }

    private void readSingly(RowGroupPart part, Visitor visitor, ReadControl control) {
        SpanBatch batch = batch();
        int[] ends = new int[part.to() - part.from()];
        try {
            TraceReader reader = new TraceReader(part.block().block(), columns, batch);
            for (int i = 0; i < ends.length; i++) {
                if (standsHereAlone(part.block(), part.from() + i)) {
                    reader.read(part.from() + i, control);
                }
                ends[i] = batch.spanCount();
            }
        } catch (DamagedException found) {
            control.missed(Damage.of(found));
            readAlone(part, part.from(), visitor, control);
            return;
        }
        int[] rows = allOf(batch);
        int from = 0;
        for (int end : ends) {
            if (end > from) {
                visitor.trace(batch, rows, from, end);
            }
            from = end;
        }
        spare.add(batch);
    }

    private static int[] allOf(SpanBatch batch) {
        int[] rows = new int[batch.spanCount()];
        Arrays.setAll(rows, i -> i);
        return rows;
    }

    private boolean standsHereAlone(LiveBlock block, int ordinal) {
        return !block.isDeleted(ordinal)
                && (scattered.isEmpty() || !scattered.containsKey(block.block().id(ordinal)));
    }
}

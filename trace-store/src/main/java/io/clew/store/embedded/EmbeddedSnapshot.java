package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.model.TraceIds;
import io.clew.store.Damage;
import io.clew.store.DamagedException;
import io.clew.store.FirstNames;
import io.clew.store.Moment;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.SpanColumns;
import io.clew.store.SpanCondition;
import io.clew.store.TraceScan;
import io.clew.store.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Reads of one acquired {@link StoreState}: the head batches published when it was taken, and the live blocks. */
final class EmbeddedSnapshot implements Snapshot {
    private final StateCell cell;
    private final StoreState state;
    private final List<MissingBlock> missing;
    private final List<Damage> lost;
    private final SearchThreads threads;
    private final Queue<ReadAhead> readingAhead = new ConcurrentLinkedQueue<>();
    private final List<HeadBatch> head = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param lost places where log records are lost, which may have held anything */
    EmbeddedSnapshot(StateCell cell, List<MissingBlock> missing, List<Damage> lost, SearchThreads threads) {
        this.cell = cell;
        this.missing = missing;
        this.lost = lost;
        this.threads = threads;
        this.state = cell.acquire();
        for (HeadChunk chunk : state.chunks()) {
            int count = chunk.count();
            HeadBatch[] batches = chunk.published();
            for (int i = 0; i < count; i++) {
                head.add(batches[i]);
            }
        }
    }

    /** Batches not yet in blocks, in order of arrival. */
    List<HeadBatch> head() {
        return head;
    }

    List<LiveBlock> blocks() {
        return state.blocks();
    }

    @Override
    public Optional<Trace> trace(TraceId id, ReadControl control) {
        noteMissing(Window.ALL, control);
        return read(id, control);
    }

    /** As {@link #trace}, for those who have noted which blocks are missing. */
    Optional<Trace> read(TraceId id, ReadControl control) {
        return read(id, new SpanBatch(), control);
    }

    /**
     * As {@link #read(TraceId, ReadControl)}.
     *
     * @param whole empty; gets the trace's spans, except where a part of it is damaged, which needs another
     */
    Optional<Trace> read(TraceId id, SpanBatch whole, ReadControl control) {
        control.check();
        SpanCopier copier = null;
        for (HeadBatch batch : head) {
            TraceGroups groups = batch.groups();
            int group = groups.find(id.high(), id.low());
            if (group >= 0) {
                copier = copier == null ? new SpanCopier() : copier;
                copier.bind(batch.spans(), whole);
                for (int i = groups.from(group); i < groups.to(group); i++) {
                    copier.copy(groups.row(i));
                }
            }
        }
        DamagedException unreadable = null;
        for (LiveBlock block : state.blocks()) {
            int ordinal = block.find(id);
            int before = whole.spanCount();
            if (ordinal >= 0) {
                try {
                    block.block().read(ordinal, whole, control);
                } catch (DamagedException found) {
                    control.missed(Damage.of(found));
                    unreadable = found;
                    whole = firstRows(whole, before);
                }
            } else if (block.block().mayHide(id)) {
                control.missed(lostDirectory(block));
            }
        }
        if (whole.spanCount() == 0) {
            if (unreadable != null) {
                throw unreadable;
            }
            return Optional.empty();
        }
        control.inspected(1, whole.spanCount(), 0);
        return Optional.of(new Trace(id, whole));
    }

    /** What was decoded of a trace before its damaged page was come upon is not the trace. */
    private static SpanBatch firstRows(SpanBatch from, int rows) {
        if (from.spanCount() == rows) {
            return from;
        }
        SpanBatch first = new SpanBatch();
        SpanCopier copier = new SpanCopier().bind(from, first);
        for (int row = 0; row < rows; row++) {
            copier.copy(row);
        }
        return first;
    }

    private static Damage lostDirectory(LiveBlock block) {
        return new Damage(block.file().path(), 0, "pages of its directory of traces");
    }

    /** Notes blocks that may have something in the window and could not be opened, and all log records that are lost. */
    void noteMissing(Window window, ReadControl control) {
        lost.forEach(control::missed);
        for (MissingBlock block : missing) {
            if (window.overlaps(block.entry().minStart(), block.entry().maxEnd())) {
                control.missed(block.damage());
            }
        }
    }

    /** Notes blocks that may have traces in the window which cannot be found any more. */
    void noteLost(Window window, ReadControl control) {
        for (LiveBlock block : state.blocks()) {
            if (block.mayOverlap(window) && block.block().hasLost()) {
                control.missed(lostDirectory(block));
            }
        }
    }

    @Override
    public List<Trace> tracesByLow64(long low, ReadControl control) {
        noteMissing(Window.ALL, control);
        SortedSet<TraceId> ids = new TreeSet<>();
        for (HeadBatch batch : head) {
            TraceGroups groups = batch.groups();
            for (int group = 0; group < groups.size(); group++) {
                if (groups.low(group) == low) {
                    ids.add(groups.id(group));
                }
            }
        }
        for (LiveBlock block : state.blocks()) {
            for (int ordinal : block.block().findLow64(low)) {
                if (!block.isDeleted(ordinal)) {
                    ids.add(block.block().id(ordinal));
                }
            }
        }
        return ids.stream().flatMap(id -> read(id, control).stream()).toList();
    }

    @Override
    public TraceCursor search(SpanCondition condition, Window window, @Nullable Position after, ReadControl control) {
        return search(condition, window, after, control, new ReadAhead(threads));
    }

    TraceCursor search(
            SpanCondition condition, Window window, @Nullable Position after, ReadControl control, ReadAhead ahead) {
        readingAhead.add(ahead);
        return new TraceSearch(this, condition, window, after, control, ahead);
    }

    @Override
    public TraceScan scan(Window window, SpanColumns columns, ReadControl control) {
        return new WholeTraces(this, window, columns, control);
    }

    @Override
    public void starts(TraceIds ids, StartVisitor visitor, ReadControl control) {
        for (HeadBatch batch : head) {
            control.check();
            TraceGroups groups = batch.groups();
            for (int group = 0; group < groups.size(); group++) {
                int trace = ids.find(groups.high(group), groups.low(group));
                for (int i = groups.from(group); trace >= 0 && i < groups.to(group); i++) {
                    int row = groups.row(i);
                    if (batch.spans().validStart(row)) {
                        visitor.start(
                                trace, batch.spans().start(row), batch.spans().receiveTime(row));
                    }
                }
            }
        }
        SpanBatch spans = new SpanBatch();
        for (LiveBlock block : state.blocks()) {
            for (int trace = 0; trace < ids.size(); trace++) {
                int ordinal = block.find(ids.high(trace), ids.low(trace));
                if (ordinal >= 0) {
                    spans.clear();
                    try {
                        block.block().read(ordinal, spans, control);
                        StartVisitor.visit(trace, spans, visitor);
                    } catch (DamagedException found) {
                        control.missed(Damage.of(found));
                    }
                }
            }
        }
    }

    @Override
    public void startPeriods(TraceIds ids, PeriodVisitor visitor, ReadControl control) {
        for (HeadBatch batch : head) {
            control.check();
            TraceGroups groups = batch.groups();
            for (int group = 0; group < groups.size(); group++) {
                int trace = ids.find(groups.high(group), groups.low(group));
                if (trace >= 0 && groups.start(group) != SpanBatch.NO_TIME) {
                    visitor.period(trace, groups.start(group), groups.end(group));
                }
            }
        }
        for (LiveBlock block : state.blocks()) {
            control.check();
            for (int trace = 0; trace < ids.size(); trace++) {
                int ordinal = block.find(ids.high(trace), ids.low(trace));
                if (ordinal >= 0 && block.block().start(ordinal) != SpanBatch.NO_TIME) {
                    visitor.period(
                            trace, block.block().start(ordinal), block.block().end(ordinal));
                }
            }
        }
    }

    @Override
    public Moment moment() {
        long sequence = state.manifest().coveredSequence();
        for (HeadBatch batch : head) {
            sequence = Math.max(sequence, batch.sequence());
        }
        return new Moment(sequence, state.manifest().nextBlockId());
    }

    /** Later requests are in the head, or else in blocks that were made later, which merging may have filled with others. */
    @Override
    public boolean arrivedSince(Moment since, TraceVisitor visitor, ReadControl control) {
        Moment now = moment();
        if (since.sequence() > now.sequence() || since.nextBlock() > now.nextBlock()) {
            return false;
        }
        for (HeadBatch batch : head) {
            if (batch.sequence() <= since.sequence()) {
                continue;
            }
            TraceGroups groups = batch.groups();
            for (int group = 0; group < groups.size(); group++) {
                visitor.trace(groups.high(group), groups.low(group));
            }
        }
        if (state.manifest().coveredSequence() > since.sequence()) {
            for (LiveBlock block : state.blocks()) {
                control.check();
                if (block.entry().id() < since.nextBlock()) {
                    continue;
                }
                for (int i = 0; i < block.block().traces(); i++) {
                    if (!block.isDeleted(i)) {
                        TraceId id = block.block().id(i);
                        visitor.trace(id.high(), id.low());
                    }
                }
            }
        }
        return true;
    }

    @Override
    public FirstNames<String> services(Window window, ReadControl control) {
        FirstNames<String> services = new FirstNames<>();
        noteMissing(window, control);
        names(null, window, services, null, control);
        for (LiveBlock block : state.blocks()) {
            control.check();
            if (block.mayOverlap(window)) {
                services.addAll(block.services(control));
            }
        }
        return services;
    }

    @Override
    public FirstNames<Operation> operations(@Nullable String service, Window window, ReadControl control) {
        FirstNames<Operation> operations = new FirstNames<>();
        noteMissing(window, control);
        names(service, window, null, operations, control);
        for (LiveBlock block : state.blocks()) {
            control.check();
            if (block.mayOverlap(window)) {
                operations.addAll(block.operations(service, control));
            }
        }
        return operations;
    }

    /** Names of the head; those of batches without any trace in the window are left out. */
    private void names(
            @Nullable String service,
            Window window,
            @Nullable FirstNames<String> services,
            @Nullable FirstNames<Operation> operations,
            ReadControl control) {
        for (HeadBatch batch : head) {
            control.check();
            TraceGroups groups = batch.groups();
            boolean any = window.isAll();
            for (int group = 0; group < groups.size() && !any; group++) {
                // A continued trace may overlap the window by what is stored elsewhere.
                any = groups.continued(group) || window.overlaps(groups.start(group), groups.end(group));
            }
            if (any) {
                Names.collect(batch.spans(), groups, service, services, operations);
            }
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            readingAhead.forEach(ReadAhead::stop);
            cell.release(state);
        }
    }
}

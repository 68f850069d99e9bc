package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.model.SpanEquality;
import io.clew.store.DamagedException;
import io.clew.store.ReadControl;
import io.clew.store.block.Block;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Settles, for one new batch at a time, which of its spans are stored already, which of its traces are new, and which
 * are continued from outside the active chunk. Only traces already stored are compared, and of those only spans with the
 * same id. A trace of which nothing stood elsewhere when it came to the active chunk is not looked for elsewhere again:
 * nothing is added to older chunks and to blocks but what older chunks hold. For the committer's thread.
 */
final class Repeats {
    private static final Logger LOG = System.getLogger(Repeats.class.getName());

    private final SpanBatch stored = new SpanBatch();
    /** Where the trace at hand stands in blocks: block and ordinal, index by index. */
    private final List<LiveBlock> holders = new ArrayList<>();

    private int[] ordinals = new int[8];
    /** Groups and blocks that may hold their traces: a group's number, and a block's place in the low 32 bits; ascending. */
    private long[] candidates = new long[64];

    private int candidateCount;
    /** How many of these are of groups that have been settled. */
    private int candidatesPast;
    /** Groups whose traces are not known to be in the active chunk alone. */
    private int[] asked = new int[64];

    private boolean noted;

    /**
     * Marks repeats, builds the batch's groups, and adds it to the active chunk's sets.
     *
     * @param state holds the active chunk, which the batch will be published to
     * @return how many traces of the batch were not stored before
     */
    int settle(StoreState state, HeadBatch batch) {
        SpanBatch spans = batch.spans();
        TraceGroups groups = batch.groups();
        HeadChunk active = state.active();
        noted = false;
        groups.build(spans, batch.repeats());
        findCandidates(state, groups);
        for (int group = 0; group < groups.size(); group++) {
            boolean whole = active.traceSet().isWhole(groups.high(group), groups.low(group));
            boolean older = !whole && isInOlderChunk(state, groups, group);
            addNew(state, batch, group, older);
            if (!whole) {
                findHolders(state, groups, group);
                if (older || !holders.isEmpty()) {
                    groups.markContinued(group);
                    if (markStored(batch, group)) {
                        // The chunk's span set now speaks for the stored spans, so retention must not take them before
                        // it.
                        boolean _ = active.traceSet().add(groups.high(group), groups.low(group), true);
                    }
                }
            }
        }
        if (batch.repeats().count() > 0) {
            groups.build(spans, batch.repeats());
            findCandidates(state, groups);
            for (int group = 0; group < groups.size(); group++) {
                findHolders(state, groups, group);
                if (isInOlderChunk(state, groups, group) || !holders.isEmpty()) {
                    groups.markContinued(group);
                }
            }
        }
        int newTraces = 0;
        for (int group = 0; group < groups.size(); group++) {
            boolean continued = groups.continued(group);
            if (active.traceSet().add(groups.high(group), groups.low(group), continued) && !continued) {
                newTraces++;
            }
        }
        return newTraces;
    }

    /** Adds the group's rows to the active chunk's set; marks those that the head has already. */
    private void addNew(StoreState state, HeadBatch batch, int group, boolean older) {
        HeadChunk active = state.active();
        TraceGroups groups = batch.groups();
        for (int i = groups.from(group); i < groups.to(group); i++) {
            int row = groups.row(i);
            if (older && isInOlderChunk(state, batch, row)
                    || !active.spanSet().addIfNew(active.batches(), active.nextNumber(), batch, row)) {
                batch.repeats().mark(row);
            } else {
                noted = true;
            }
        }
    }

    /**
     * Asks the filters block by block and not trace by trace, so that each stays in the processor's cache meanwhile: the filters of
     * all blocks are larger.
     */
    private void findCandidates(StoreState state, TraceGroups groups) {
        candidateCount = 0;
        candidatesPast = 0;
        int count = 0;
        if (asked.length < groups.size()) {
            asked = new int[2 * groups.size()];
        }
        for (int group = 0; group < groups.size(); group++) {
            if (!state.active().traceSet().isWhole(groups.high(group), groups.low(group))) {
                asked[count++] = group;
            }
        }
        // By index here and below: an iterator a group would be most of what an append allocates.
        for (int i = 0; i < state.blocks().size(); i++) {
            Block block = state.blocks().get(i).block();
            for (int at = 0; at < count; at++) {
                int group = asked[at];
                if (block.mayContain(groups.low(group))) {
                    if (candidateCount == candidates.length) {
                        candidates = Arrays.copyOf(candidates, 2 * candidateCount);
                    }
                    candidates[candidateCount++] = (long) group << 32 | i;
                }
            }
        }
        Arrays.sort(candidates, 0, candidateCount);
    }

    /** Finds the blocks that hold the group's trace. Groups come in ascending order. */
    private void findHolders(StoreState state, TraceGroups groups, int group) {
        holders.clear();
        while (candidatesPast < candidateCount && candidates[candidatesPast] >>> 32 < group) {
            candidatesPast++;
        }
        for (int i = candidatesPast; i < candidateCount && candidates[i] >>> 32 == group; i++) {
            LiveBlock block = state.blocks().get((int) candidates[i]);
            int ordinal = block.find(groups.high(group), groups.low(group));
            if (ordinal >= 0) {
                if (holders.size() == ordinals.length) {
                    ordinals = Arrays.copyOf(ordinals, 2 * ordinals.length);
                }
                ordinals[holders.size()] = ordinal;
                holders.add(block);
            }
        }
    }

    /** Whether the chunk's sets refer to rows of the batch settled last, so that it must be published to the chunk. */
    boolean noted() {
        return noted;
    }

    private static boolean isInOlderChunk(StoreState state, HeadBatch batch, int row) {
        for (int i = 0; i < state.chunks().size(); i++) {
            HeadChunk chunk = state.chunks().get(i);
            if (chunk != state.active() && chunk.spanSet().contains(chunk.batches(), batch, row)) {
                return true;
            }
        }
        return false;
    }

    private boolean markStored(HeadBatch batch, int group) {
        boolean marked = false;
        for (int i = 0; i < holders.size(); i++) {
            try {
                marked |= markStored(batch, group, holders.get(i).block(), ordinals[i]);
            } catch (DamagedException unreadable) {
                // What cannot be read cannot be compared: the spans are kept, perhaps a second time.
                LOG.log(Level.WARNING, "repeats cannot be told apart: " + unreadable.getMessage());
            }
        }
        return marked;
    }

    private boolean markStored(HeadBatch batch, int group, Block block, int ordinal) {
        SpanBatch spans = batch.spans();
        TraceGroups groups = batch.groups();
        boolean marked = false;
        boolean read = false;
        for (int i = groups.from(group); i < groups.to(group); i++) {
            int row = groups.row(i);
            if (!read) {
                if (!block.hasSpanId(ordinal, spans.spanId(row))) {
                    continue;
                }
                stored.clear();
                block.read(ordinal, stored, ReadControl.unbounded());
                read = true;
            }
            if (holds(stored, spans, row)) {
                batch.repeats().mark(row);
                marked = true;
            }
        }
        return marked;
    }

    private static boolean holds(SpanBatch stored, SpanBatch spans, int row) {
        for (int other = 0; other < stored.spanCount(); other++) {
            if (SpanEquality.equal(stored, other, spans, row)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isInOlderChunk(StoreState state, TraceGroups groups, int group) {
        for (int i = 0; i < state.chunks().size(); i++) {
            HeadChunk chunk = state.chunks().get(i);
            if (chunk != state.active() && chunk.traceSet().contains(groups.high(group), groups.low(group))) {
                return true;
            }
        }
        return false;
    }
}

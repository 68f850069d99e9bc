package io.clew.store.embedded;

import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.ReadControl;
import io.clew.store.block.BlockWriter;
import io.clew.store.files.CrashPoints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Unites blocks of one partition into one: directories united, traces with several pieces made whole, deleted traces left
 * out, order by the start now known. Which blocks: as soon as {@code fanIn} blocks of a partition stand on the same level,
 * those; levels are powers of the fan-in of their number of spans. So a span is rewritten once per level.
 */
final class Merger {
    private static final int SMALLEST_LEVEL_SPANS = 50_000;

    private final StateCell cell;
    private final BlockStore blocks;
    private final int fanIn;
    private final long largestSpans;

    Merger(StateCell cell, BlockStore blocks, int fanIn, long largestSpans) {
        this.cell = cell;
        this.blocks = blocks;
        this.fanIn = fanIn;
        this.largestSpans = largestSpans;
    }

    /** Whether some blocks should be united now. */
    boolean isDue() {
        return !choose(cell.current().blocks()).isEmpty();
    }

    /** Unites one set of blocks; false when none is due. */
    boolean mergeOnce() throws IOException {
        StoreState state = cell.acquireBlocks();
        try {
            List<LiveBlock> inputs = choose(state.blocks());
            if (inputs.isEmpty()) {
                return false;
            }
            merge(state, inputs);
            return true;
        } finally {
            cell.release(state);
        }
    }

    private List<LiveBlock> choose(List<LiveBlock> all) {
        Map<List<Integer>, List<LiveBlock>> tiers = new HashMap<>();
        for (LiveBlock block : all) {
            if (block.spans() >= largestSpans) {
                continue;
            }
            List<LiveBlock> tier = tiers.computeIfAbsent(
                    List.of(block.entry().partition(), level(block.spans())), _ -> new ArrayList<>());
            tier.add(block);
            if (tier.size() == fanIn) {
                return tier;
            }
        }
        return List.of();
    }

    private int level(long spans) {
        int level = 0;
        for (long left = spans / SMALLEST_LEVEL_SPANS; left > 0; left /= fanIn) {
            level++;
        }
        return level;
    }

    private void merge(StoreState state, List<LiveBlock> inputs) throws IOException {
        List<Entry> entries = united(state, inputs);
        int partition = inputs.getFirst().entry().partition();
        int level = 1
                + inputs.stream().mapToInt(block -> block.entry().level()).max().orElse(0);
        NewBlock merged =
                entries.isEmpty() ? null : blocks.write(partition, level, writer -> write(writer, inputs, entries));
        boolean published = false;
        try {
            CrashPoints.at("merge.before-publish");
            published = blocks.publishMerge(inputs, merged);
        } finally {
            if (!published && merged != null) {
                blocks.discard(merged);
            }
        }
        CrashPoints.at("merge.after-publish");
    }

    /** All traces of the inputs that are not deleted, in block order. */
    private static List<Entry> united(StoreState state, List<LiveBlock> inputs) {
        Map<TraceId, Entry> united = new HashMap<>();
        for (int input = 0; input < inputs.size(); input++) {
            LiveBlock block = inputs.get(input);
            for (int ordinal = 0; ordinal < block.block().traces(); ordinal++) {
                if (!block.isDeleted(ordinal)) {
                    united.computeIfAbsent(block.block().id(ordinal), Entry::new)
                            .add(input, ordinal, block);
                }
            }
        }
        List<Entry> entries = new ArrayList<>(united.values());
        for (Entry entry : entries) {
            entry.continued = entry.continued && standsElsewhere(state, inputs, entry.id);
        }
        entries.sort(Comparator.<Entry>comparingLong(entry -> entry.start).thenComparing(entry -> entry.id));
        return entries;
    }

    private static boolean standsElsewhere(StoreState state, List<LiveBlock> inputs, TraceId id) {
        for (LiveBlock block : state.blocks()) {
            if (!inputs.contains(block) && block.find(id) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static void write(BlockWriter writer, List<LiveBlock> inputs, List<Entry> entries) throws IOException {
        RowGroupReader[] readers = inputs.stream().map(RowGroupReader::new).toArray(RowGroupReader[]::new);
        for (Entry entry : entries) {
            writer.beginTrace(entry.id, entry.start, entry.end, entry.continued);
            for (int i = 0; i < entry.inputs.size(); i++) {
                readers[entry.inputs.get(i)].copy(entry.ordinals.get(i), writer);
            }
        }
    }

    /** One trace over all inputs. */
    private static final class Entry extends Interval {
        private final TraceId id;
        private final List<Integer> inputs = new ArrayList<>(1);
        private final List<Integer> ordinals = new ArrayList<>(1);
        private boolean continued;

        private Entry(TraceId id) {
            this.id = id;
        }

        private void add(int input, int ordinal, LiveBlock block) {
            inputs.add(input);
            ordinals.add(ordinal);
            continued |= block.block().continued(ordinal);
            add(block.block().start(ordinal), block.block().end(ordinal));
        }
    }

    /** Reads one input mostly in order: the row group read last is kept; a trace out of order is read by itself. */
    private static final class RowGroupReader {
        private final LiveBlock block;
        private final SpanBatch single = new SpanBatch();
        private @Nullable SpanBatch rows;
        private int rowGroup = -1;

        private RowGroupReader(LiveBlock block) {
            this.block = block;
        }

        private int rowGroupOf(int ordinal) {
            int low = 0;
            int high = block.block().rowGroups() - 1;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                if (block.block().firstOrdinal(middle) <= ordinal) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            return low;
        }

        private void copy(int ordinal, BlockWriter writer) throws IOException {
            int wanted = rowGroupOf(ordinal);
            if (wanted > rowGroup || rows == null) {
                rowGroup = wanted;
                rows = block.block().readRowGroup(wanted, ReadControl.unbounded());
            }
            if (wanted == rowGroup) {
                int from = block.block().rowFrom(ordinal);
                for (int row = from, to = from + block.block().spanCount(ordinal); row < to; row++) {
                    writer.addSpan(rows, row);
                }
            } else {
                single.clear();
                block.block().read(ordinal, single, ReadControl.unbounded());
                for (int row = 0; row < single.spanCount(); row++) {
                    writer.addSpan(single, row);
                }
            }
        }
    }
}

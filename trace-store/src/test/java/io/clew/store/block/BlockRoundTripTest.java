package io.clew.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.model.SpanEquality;
import io.clew.model.TraceId;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot.Operation;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes into a block comes out as it was sent, whatever it is and however the block is cut. */
class BlockRoundTripTest {
    private static final BlockSettings[] CUTS = {
        BlockSettings.DEFAULT,
        new BlockSettings(100, 10, 1 << 20, 1 << 20, 512),
        new BlockSettings(1000, 300, 1 << 14, 1 << 10, 5),
        new BlockSettings(1, 1, 1, 1, 0)
    };

    private final DiskFiles files = new DiskFiles();
    private final PageCache cache = new PageCache(1 << 22);

    @TempDir
    Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void spansComeBackAsSent(long seed) throws IOException {
        RandomSpans random = new RandomSpans(seed).oddities(seed % 3 == 0 ? 0.4 : 0.05);
        List<TraceId> ids = random.traceIds(1 + random.random().nextInt(300));
        List<SpanBatch> batches = new ArrayList<>();
        for (int i = 1 + random.random().nextInt(20); i > 0; i--) {
            batches.add(random.batch(1 + random.random().nextInt(200), ids));
        }
        List<Blocks.Entry> traces = Blocks.traces(batches);
        for (int cut = 0; cut < CUTS.length; cut++) {
            Path file = directory.resolve("block-" + seed + "-" + cut);
            BlockMeta meta = Blocks.write(files, file, CUTS[cut], traces);
            try (Block block = Block.open(files, file, cache)) {
                check(block, meta, traces, batches, random + " cut " + cut);
                Path copy = directory.resolve("copy-" + seed + "-" + cut);
                BlockMeta copied = copy(block, copy, CUTS[cut], traces, seed);
                try (Block again = Block.open(files, copy, cache)) {
                    check(again, copied, traces, batches, random + " copied, cut " + cut);
                }
            }
        }
    }

    /** The same traces: some row groups copied, some read row by row, the others written anew. */
    private BlockMeta copy(Block block, Path file, BlockSettings settings, List<Blocks.Entry> traces, long seed)
            throws IOException {
        Random random = new Random(seed);
        try (BlockWorkspace workspace = new BlockWorkspace(settings);
                BlockWriter writer = BlockWriter.create(files, file, settings, workspace)) {
            BlockRows rows = writer.rowsOf(block);
            for (int group = 0; group < block.rowGroups(); group++) {
                int first = block.firstOrdinal(group);
                int end = group + 1 < block.rowGroups() ? block.firstOrdinal(group + 1) : block.traces();
                switch (random.nextInt(3)) {
                    case 0 -> writer.addRowGroup(block, group, _ -> false);
                    case 1 -> Blocks.add(writer, traces.subList(first, end));
                    default -> {
                        for (int ordinal = first; ordinal < end; ordinal++) {
                            // Now and then from one who did not need the traces before it.
                            if (random.nextInt(20) == 0) {
                                rows = writer.rowsOf(block);
                            }
                            writer.beginTrace(block.id(ordinal), block.start(ordinal), block.end(ordinal), false);
                            if (!rows.traces().holds(ordinal)) {
                                rows.read(block.pageTraces(ordinal));
                            }
                            writer.addSpans(rows, ordinal);
                        }
                    }
                }
            }
            return writer.finish();
        }
    }

    private static void check(
            Block block, BlockMeta meta, List<Blocks.Entry> traces, List<SpanBatch> batches, String what)
            throws IOException {
        ReadControl control = ReadControl.unbounded();
        assertThat(block.meta()).isEqualTo(meta);
        assertThat(block.traces()).isEqualTo(traces.size());
        for (int ordinal = 0; ordinal < traces.size(); ordinal++) {
            Blocks.Entry trace = traces.get(ordinal);
            assertThat(block.id(ordinal)).as(what).isEqualTo(trace.id());
            assertThat(block.start(ordinal)).as(what).isEqualTo(trace.start());
            assertThat(block.end(ordinal)).as(what).isEqualTo(trace.end());
            assertThat(block.continued(ordinal)).as(what).isFalse();
            assertThat(block.spanCount(ordinal))
                    .as(what)
                    .isEqualTo(trace.spans().size());
            assertThat(block.find(trace.id())).as(what).isEqualTo(ordinal);
            assertThat(block.findLow64(trace.id().low())).as(what).contains(ordinal);
            SpanBatch read = new SpanBatch();
            block.read(ordinal, read, control);
            same(trace, read, 0, what);
            Blocks.Span first = trace.spans().getFirst();
            assertThat(block.hasSpanId(ordinal, first.batch().spanId(first.row())))
                    .isTrue();
            assertThat(block.hasSpanId(ordinal, 0x123456789ABCDEFL)).isFalse();
        }
        assertThat(block.find(new TraceId(1, 77))).isEqualTo(-1);
        for (int group = 0; group < block.rowGroups(); group++) {
            SpanBatch read = block.readRowGroup(group, control);
            int end = group + 1 < block.rowGroups() ? block.firstOrdinal(group + 1) : block.traces();
            int row = 0;
            for (int ordinal = block.firstOrdinal(group); ordinal < end; ordinal++) {
                assertThat(block.rowFrom(ordinal)).as(what).isEqualTo(row);
                same(traces.get(ordinal), read, row, what);
                row += block.spanCount(ordinal);
            }
            assertThat(read.spanCount()).as(what).isEqualTo(row);
        }
        operations(block, batches, what);
        Blocks.check(block);
    }

    /** The trace's spans stand from {@code row} on, by start, those of equal start in the order added. */
    private static void same(Blocks.Entry trace, SpanBatch read, int row, String what) {
        List<Blocks.Span> expected = new ArrayList<>(trace.spans());
        expected.sort((a, b) ->
                Long.compareUnsigned(a.batch().start(a.row()), b.batch().start(b.row())));
        for (Blocks.Span span : expected) {
            assertThat(SpanEquality.equal(span.batch(), span.row(), read, row))
                    .as("%s: span %x", what, span.batch().spanId(span.row()))
                    .isTrue();
            assertThat(read.receiveTime(row)).as(what).isEqualTo(span.batch().receiveTime(span.row()));
            assertThat(read.protocol(row)).as(what).isEqualTo(span.batch().protocol(span.row()));
            row++;
        }
    }

    private static void operations(Block block, List<SpanBatch> batches, String what) {
        SortedSet<String> services = new TreeSet<>();
        SortedSet<Operation> all = new TreeSet<>();
        SortedSet<Operation> ofCart = new TreeSet<>();
        for (SpanBatch batch : batches) {
            for (int row = 0; row < batch.spanCount(); row++) {
                Operation operation = new Operation(batch.dictionary().text(batch.name(row)), batch.kind(row));
                all.add(operation);
                var table = batch.resourceAttributes();
                for (int i = table.from(batch.resource(row)); i < table.to(batch.resource(row)); i++) {
                    if (batch.dictionary().text(table.key(i)).equals("service.name")
                            && table.type(i) == io.clew.model.ValueType.STRING) {
                        String service = batch.dictionary().text((int) table.value(i));
                        services.add(service);
                        if (service.equals("cart")) {
                            ofCart.add(operation);
                        }
                    }
                }
            }
        }
        assertThat(block.services()).as(what).isEqualTo(services);
        assertThat(block.operations(null)).as(what).isEqualTo(all);
        assertThat(block.operations("cart")).as(what).isEqualTo(ofCart);
    }
}

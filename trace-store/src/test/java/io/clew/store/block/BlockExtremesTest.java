package io.clew.store.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.SpanEquality;
import io.clew.model.TraceId;
import io.clew.model.ValueType;
import io.clew.store.DamagedException;
import io.clew.store.FirstNames;
import io.clew.store.ReadControl;
import io.clew.store.ReadStoppedException;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The largest, the emptiest and the most crowded things a block must hold. */
class BlockExtremesTest {
    private final DiskFiles files = new DiskFiles();
    private final PageCache cache = new PageCache(1 << 22);

    @TempDir
    Path directory = Path.of("");

    @Test
    void aTraceOf100kSpansStaysWhole() throws IOException {
        Random random = new Random(1);
        SpanBatch batch = one();
        for (int i = 0; i < 100_000; i++) {
            int row = span(batch, random, new TraceId(9, 9));
            batch.setParentSpanId(row, i == 0 ? 0 : batch.spanId(random.nextInt(i)));
            batch.spanAttributes().add(batch.dictionary().intern("n"), ValueType.INT, i);
        }
        batch.setTraceId(span(batch, random, new TraceId(9, 10)), 9, 10);
        Block block = roundTrip(batch);
        assertThat(block.rowGroups()).isEqualTo(2);
        assertThat(block.spanCount(block.find(new TraceId(9, 9)))).isEqualTo(100_000);
        block.close();
    }

    @Test
    void aResourceAndAScopeWithMoreAttributesThanAnySpan() throws IOException {
        SpanBatch batch = new SpanBatch();
        for (int resource = 0; resource < 3; resource++) {
            batch.beginResource();
            batch.beginScope();
            for (int i = 0; i < 4 + 30 * resource; i++) {
                int key = batch.dictionary().intern("key." + i);
                batch.resourceAttributes().add(key, ValueType.INT, i);
                batch.scopeAttributes().add(key, ValueType.INT, -i);
            }
            int row = batch.beginSpan(resource, resource, 7, io.clew.model.SourceProtocol.NONE);
            batch.setTraceId(row, 5, resource + 1);
            batch.setSpanId(row, 9);
        }
        roundTrip(batch).close();
    }

    @Test
    void aThousandAttributesAndAMegabyteValue() throws IOException {
        Random random = new Random(2);
        SpanBatch batch = one();
        byte[] large = new byte[1 << 20];
        for (int i = 0; i < 200; i++) {
            span(batch, random, new TraceId(1, i / 3 + 1));
            for (int j = 0; j < 1000; j++) {
                batch.spanAttributes()
                        .add(
                                batch.dictionary().intern("key." + (i % 7 == 0 ? random.nextInt(100_000) : j)),
                                ValueType.STRING,
                                batch.dictionary().intern("v" + random.nextInt(5)));
            }
            if (i % 20 == 0) {
                random.nextBytes(large);
                batch.spanAttributes()
                        .add(
                                batch.dictionary().intern("large"),
                                ValueType.BYTES,
                                batch.dictionary().intern(large));
            }
        }
        roundTrip(batch).close();
    }

    /** Wide spans end row groups early, so that what a writer and a reader hold stays bounded. */
    @Test
    void wideSpansMakeSmallerRowGroups() throws IOException {
        Random random = new Random(7);
        SpanBatch batch = one();
        int[] keys = new int[1000];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = batch.dictionary().intern("key." + i);
        }
        for (int i = 0; i < 2_500; i++) {
            span(batch, random, new TraceId(1, i + 1));
            for (int key : keys) {
                batch.spanAttributes().add(key, ValueType.INT, i);
            }
        }
        Block block = roundTrip(batch);
        assertThat(block.rowGroups()).isEqualTo(2);
        block.close();
    }

    @Test
    void everySpanItsOwnResourceNameAndTime() throws IOException {
        Random random = new Random(3);
        SpanBatch batch = new SpanBatch();
        for (int i = 0; i < 30_000; i++) {
            int resource = batch.beginResource();
            batch.resourceAttributes()
                    .add(
                            batch.dictionary().intern("service.name"),
                            ValueType.STRING,
                            batch.dictionary().intern("s" + i));
            int scope = batch.beginScope();
            batch.setScopeName(scope, batch.dictionary().intern("scope" + i));
            int row = batch.beginSpan(resource, scope, RandomSpans.EPOCH + random.nextInt(), (byte) 1);
            batch.setTraceId(row, random.nextLong(), random.nextLong());
            batch.setSpanId(row, random.nextLong());
            batch.setStart(row, RandomSpans.EPOCH + i);
            batch.setName(row, batch.dictionary().intern("name " + i));
            batch.setStatusMessage(row, batch.dictionary().intern("message " + i));
            batch.setTraceState(row, batch.dictionary().intern("state " + i));
            batch.spanAttributes().add(batch.dictionary().intern("key " + i), ValueType.INT, random.nextLong());
        }
        Block block = roundTrip(batch);
        assertThat(block.services()).hasSize(FirstNames.MOST).contains("s0").doesNotContain("s9999");
        assertThat(block.services().complete()).isFalse();
        assertThat(block.services().total()).isBetween(27_000L, 33_000L);
        assertThat(block.operations(null).total()).isBetween(27_000L, 33_000L);
        assertThat(block.operations("s17")).hasSize(1);
        block.close();
    }

    @Test
    void repeatedSpanIdsAndStrangeParents() throws IOException {
        Random random = new Random(4);
        SpanBatch batch = one();
        for (int i = 0; i < 500; i++) {
            int row = span(batch, random, new TraceId(4, i < 400 ? 4 : 5));
            batch.setSpanId(row, random.nextInt(50) + 1);
            batch.setParentSpanId(
                    row,
                    switch (random.nextInt(4)) {
                        case 0 -> batch.spanId(row);
                        case 1 -> random.nextInt(60);
                        case 2 -> Long.MIN_VALUE;
                        default -> 0;
                    });
        }
        roundTrip(batch).close();
    }

    @Test
    void anEmptyBlock() throws IOException {
        Path file = directory.resolve("empty");
        BlockMeta meta = Blocks.write(files, file, BlockSettings.DEFAULT, List.of());
        assertThat(meta.minStart()).isEqualTo(SpanBatch.NO_TIME);
        assertThat(meta.spans()).isZero();
        try (Block block = Block.open(files, file, cache)) {
            assertThat(block.traces()).isZero();
            assertThat(block.find(new TraceId(0, 1))).isEqualTo(-1);
            assertThat(block.services()).isEmpty();
            Blocks.check(block);
        }
    }

    @Test
    void knownTimesBeyondTheSpansAreKept() throws IOException {
        Random random = new Random(5);
        SpanBatch batch = one();
        int row = span(batch, random, new TraceId(0, 3));
        Path file = directory.resolve("extended");
        BlockMeta meta;
        try (BlockWorkspace workspace = new BlockWorkspace(BlockSettings.DEFAULT);
                BlockWriter writer = BlockWriter.create(files, file, BlockSettings.DEFAULT, workspace)) {
            writer.beginTrace(new TraceId(0, 2), 1, 2, false);
            writer.beginTrace(new TraceId(0, 3), batch.start(row) - 50, batch.end(row) + 60, true);
            writer.addSpan(batch, row);
            assertThatThrownBy(() -> writer.beginTrace(new TraceId(0, 1), batch.start(row) - 50, 0, false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("order");
            assertThatThrownBy(() -> writer.addSpan(batch, span(batch, random, new TraceId(8, 8))))
                    .isInstanceOf(IllegalArgumentException.class);
            meta = writer.finish();
        }
        assertThat(meta.minStart()).isEqualTo(batch.start(row) - 50);
        assertThat(meta.maxEnd()).isEqualTo(batch.end(row) + 60);
        assertThat(meta.traces()).isEqualTo(1);
        assertThat(meta.bytes()).isEqualTo(java.nio.file.Files.size(file));
        try (Block block = Block.open(files, file, cache)) {
            assertThat(block.continued(0)).isTrue();
            assertThat(block.start(0)).isEqualTo(batch.start(row) - 50);
            SpanBatch read = new SpanBatch();
            block.read(0, read, ReadControl.unbounded());
            assertThat(SpanEquality.equal(batch, row, read, 0)).isTrue();
        }
    }

    /** Batches that are cleared and filled again between traces are not taken for what they were. */
    @Test
    void sourcesMayBeUsedAgain() throws IOException {
        RandomSpans random = new RandomSpans(8);
        List<Blocks.Entry> traces = Blocks.traces(List.of(random.batch(300, random.traceIds(100))));
        Path file = directory.resolve("reused");
        SpanBatch used = new SpanBatch();
        SpanCopier copier = new SpanCopier();
        try (BlockWorkspace workspace = new BlockWorkspace(BlockSettings.DEFAULT);
                BlockWriter writer = BlockWriter.create(files, file, BlockSettings.DEFAULT, workspace)) {
            for (Blocks.Entry trace : traces) {
                writer.beginTrace(trace.id(), trace.start(), trace.end(), false);
                used.clear();
                copier.bind(trace.spans().getFirst().batch(), used);
                for (Blocks.Span span : trace.spans()) {
                    writer.addSpan(used, copier.copy(span.row()));
                }
            }
            writer.finish();
        }
        try (Block block = Block.open(files, file, cache)) {
            for (int ordinal = 0; ordinal < traces.size(); ordinal++) {
                SpanBatch read = new SpanBatch();
                block.read(ordinal, read, ReadControl.unbounded());
                List<Blocks.Span> spans = traces.get(ordinal).spans();
                spans.sort((a, b) ->
                        Long.compareUnsigned(a.batch().start(a.row()), b.batch().start(b.row())));
                for (int row = 0; row < spans.size(); row++) {
                    assertThat(SpanEquality.equal(
                                    spans.get(row).batch(), spans.get(row).row(), read, row))
                            .isTrue();
                }
            }
        }
    }

    /** What would write spans of one trace under the id of another is refused. */
    @Test
    void sourcesThatHoldAnotherTraceAreRefused() throws IOException {
        RandomSpans random = new RandomSpans(9);
        List<Blocks.Entry> traces = Blocks.traces(List.of(random.batch(50, random.traceIds(5))));
        Path file = directory.resolve("source");
        Blocks.write(files, file, BlockSettings.DEFAULT, traces);
        TraceId first = traces.get(0).id();
        SpanBatch used = random.batch(3, List.of(first));
        try (Block block = Block.open(files, file, cache);
                BlockWorkspace workspace = new BlockWorkspace(BlockSettings.DEFAULT);
                BlockWriter writer =
                        BlockWriter.create(files, directory.resolve("refused"), BlockSettings.DEFAULT, workspace)) {
            BlockRows rows = writer.rowsOf(block);
            rows.read(block.pageTraces(0));
            writer.beginTrace(first, 1, 2, false);
            assertThatThrownBy(() -> writer.addSpans(rows, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(traces.get(1).id().toString());
            writer.addSpans(rows, 0);
            writer.addSpan(used, 1);
            used.clear();
            assertThatThrownBy(() -> writer.beginTrace(traces.get(1).id(), 3, 4, false))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("cleared");
        }
    }

    @Test
    void memorySwollenByOneTraceIsNotKept() throws IOException {
        RandomSpans random = new RandomSpans(10);
        TraceId id = new TraceId(1, 1);
        SpanBatch batch = random.batch(2_000, List.of(id));
        try (BlockWorkspace workspace = new BlockWorkspace(BlockSettings.DEFAULT)) {
            for (int times : new int[] {30, 300}) {
                try (BlockWriter writer =
                        BlockWriter.create(files, directory.resolve("of-" + times), BlockSettings.DEFAULT, workspace)) {
                    writer.beginTrace(id, 1, 2, false);
                    for (int i = 0; i < times; i++) {
                        for (int row = 0; row < batch.spanCount(); row++) {
                            writer.addSpan(batch, row);
                        }
                    }
                    writer.finish();
                }
                assertThat(workspace.isWorthKeeping())
                        .as("after a trace of %d spans", 2_000 * times)
                        .isEqualTo(times == 30);
            }
        }
    }

    @Test
    void readsStopWhenTold() throws IOException {
        Block block = roundTrip(new RandomSpans(6).batch(100));
        assertThatThrownBy(() -> block.readRowGroup(0, new ReadControl(Long.MAX_VALUE, () -> true)))
                .isInstanceOf(ReadStoppedException.class);
        block.close();
    }

    /** Writes and reads back; every span must equal its original. */
    private Block roundTrip(SpanBatch batch) throws IOException {
        List<Blocks.Entry> traces = Blocks.traces(List.of(batch));
        Path file = directory.resolve("block");
        Blocks.write(files, file, BlockSettings.DEFAULT, traces);
        Block block = Block.open(files, file, cache);
        for (int group = 0; group < block.rowGroups(); group++) {
            SpanBatch read = block.readRowGroup(group, ReadControl.unbounded());
            for (int row = 0, ordinal = block.firstOrdinal(group); row < read.spanCount(); ordinal++) {
                List<Blocks.Span> spans = traces.get(ordinal).spans();
                spans.sort((a, b) ->
                        Long.compareUnsigned(a.batch().start(a.row()), b.batch().start(b.row())));
                for (Blocks.Span span : spans) {
                    assertThat(SpanEquality.equal(span.batch(), span.row(), read, row++))
                            .isTrue();
                }
            }
        }
        try {
            Blocks.check(block);
        } catch (DamagedException e) {
            throw new AssertionError("a block just written is damaged", e);
        }
        return block;
    }

    private static SpanBatch one() {
        SpanBatch batch = new SpanBatch();
        batch.beginResource();
        batch.beginScope();
        return batch;
    }

    private static int span(SpanBatch batch, Random random, TraceId id) {
        int row = batch.beginSpan(0, 0, RandomSpans.EPOCH, (byte) 1);
        batch.setTraceId(row, id.high(), id.low());
        batch.setSpanId(row, random.nextLong() | 1);
        batch.setStart(row, RandomSpans.EPOCH + random.nextInt(1_000_000_000));
        batch.setEnd(row, batch.start(row) + random.nextInt(1_000_000));
        return row;
    }
}

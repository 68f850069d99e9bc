package io.clew.store.block;

import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.Damage;
import io.clew.store.DamagedException;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.Files;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes blocks of whole batches, for tests: groups their spans by trace and orders the traces. */
final class Blocks {
    /** A span of a batch. */
    record Span(SpanBatch batch, int row) {}

    /** A trace as a block's directory should show it. */
    record Entry(TraceId id, long start, long end, List<Span> spans) {}

    private Blocks() {}

    /** The traces of these batches in the order of a block. */
    static List<Entry> traces(List<SpanBatch> batches) {
        Map<TraceId, List<Span>> byId = new LinkedHashMap<>();
        for (SpanBatch batch : batches) {
            for (int row = 0; row < batch.spanCount(); row++) {
                byId.computeIfAbsent(batch.traceId(row), id -> new ArrayList<>())
                        .add(new Span(batch, row));
            }
        }
        List<Entry> traces = new ArrayList<>();
        byId.forEach((id, spans) -> {
            long start = Long.MAX_VALUE;
            long end = SpanBatch.NO_TIME;
            for (Span span : spans) {
                if (span.batch.validStart(span.row)) {
                    start = Math.min(start, span.batch.start(span.row));
                    end = Math.max(end, span.batch.start(span.row));
                }
                if (span.batch.validEnd(span.row)) {
                    end = Math.max(end, span.batch.end(span.row));
                }
            }
            traces.add(new Entry(id, start == Long.MAX_VALUE ? SpanBatch.NO_TIME : start, end, spans));
        });
        traces.sort(Comparator.comparingLong(Entry::start).thenComparing(Entry::id));
        return traces;
    }

    static BlockMeta write(Files files, Path file, BlockSettings settings, List<Entry> traces) throws IOException {
        try (BlockWorkspace workspace = new BlockWorkspace(settings);
                BlockWriter writer = BlockWriter.create(files, file, settings, workspace)) {
            add(writer, traces);
            return writer.finish();
        }
    }

    /**
     * Reads the whole file anew and checks all of it.
     *
     * @throws DamagedException at the first thing that is not what was written
     */
    static void check(Block block) throws IOException {
        List<Damage> found = new ArrayList<>();
        BlockCheck.Result result = BlockCheck.check(new DiskFiles(), block.file().path, new BlockCheck.Listener() {
            @Override
            public void read(long bytes) {}

            @Override
            public void damaged(Damage damage) {
                found.add(damage);
            }
        });
        if (!found.isEmpty()) {
            throw new DamagedException(
                    block.file().path,
                    found.getFirst().offset(),
                    found.getFirst().what());
        }
        if (!result.isWhole()) {
            throw new AssertionError("not whole, and nothing said of it: " + block);
        }
    }

    static void add(BlockWriter writer, List<Entry> traces) throws IOException {
        for (Entry trace : traces) {
            writer.beginTrace(trace.id, trace.start, trace.end, false);
            for (Span span : trace.spans) {
                writer.addSpan(span.batch, span.row);
            }
        }
    }
}

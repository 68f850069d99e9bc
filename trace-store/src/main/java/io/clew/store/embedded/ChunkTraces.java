package io.clew.store.embedded;

import io.clew.model.TraceId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The traces of one chunk, each with all its pieces: the order and intervals in which blocks take them. */
final class ChunkTraces {
    private final Map<TraceId, Entry> entries = new HashMap<>();

    /** Collects what is in the chunk; it must not grow any more. */
    ChunkTraces(HeadChunk chunk) {
        HeadBatch[] batches = chunk.published();
        for (int i = 0; i < chunk.count(); i++) {
            TraceGroups groups = batches[i].groups();
            for (int group = 0; group < groups.size(); group++) {
                TraceId id = groups.id(group);
                Entry entry = entries.computeIfAbsent(id, Entry::new);
                entry.add(groups.start(group), groups.end(group));
                entry.pieces.add(new Piece(batches[i], group));
            }
        }
    }

    Collection<Entry> all() {
        return entries.values();
    }

    /** Rows of one trace in one batch. */
    record Piece(HeadBatch batch, int group) {}

    /** One trace. Its interval starts as that of the chunk's spans; the flusher adds what blocks know. */
    static final class Entry extends Interval {
        final TraceId id;
        final List<Piece> pieces = new ArrayList<>(2);
        /** Whether spans of it stand in blocks already. */
        boolean continued;

        private Entry(TraceId id) {
            this.id = id;
        }
    }
}

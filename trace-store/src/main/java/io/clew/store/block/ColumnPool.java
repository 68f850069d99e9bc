package io.clew.store.block;

import java.util.ArrayList;
import java.util.List;

/** Column buffers, used again for each row group. */
final class ColumnPool {
    private final List<ColumnBuffer> buffers = new ArrayList<>();
    private int used;

    ColumnBuffer next() {
        if (used == buffers.size()) {
            buffers.add(new ColumnBuffer());
        }
        return buffers.get(used++);
    }

    /** Heap bytes held, capacity included. */
    long heapBytes() {
        return buffers.stream().mapToLong(ColumnBuffer::heapBytes).sum();
    }

    void clear() {
        used = 0;
    }
}

package io.clew.store.embedded;

import io.clew.model.TraceId;
import io.clew.store.block.Block;
import io.clew.store.block.BlockWriter;
import io.clew.store.block.PageCache;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the traces of several blocks as one block: traces with pieces in several of them made whole, deleted ones left out,
 * all in order of the start now known. Each input is in that order but for the traces whose pieces meet, so this is a merge
 * of sorted lists in which such a trace counts where the piece with its start stands. A row group of whole traces that no
 * other input reaches into is copied as it is. For one thread, once.
 */
final class BlockUnion implements Closeable {
    /** Heap bytes of pages; apart from the readers' cache, of which a merge would make garbage that only full collections find. */
    private static final long CACHE = 16 << 20;

    private final PageCache cache;
    private final StoreState state;
    private final List<LiveBlock> inputs;
    private final UnionInput[] cursors;
    private final Map<TraceId, Pieces> split = new HashMap<>();

    /**
     * Opens the inputs once more; {@code state} must be held until this is closed.
     *
     * @param readers the cache of those who read the blocks meanwhile
     * @param fewestCopied a row group with fewer spans is united with its neighbours rather than copied
     */
    BlockUnion(StoreState state, List<LiveBlock> inputs, PageCache readers, int fewestCopied) throws IOException {
        this.cache = readers.beside(CACHE);
        this.state = state;
        this.inputs = inputs;
        this.cursors = new UnionInput[inputs.size()];
        int opened = 0;
        try {
            for (; opened < cursors.length; opened++) {
                LiveBlock input = inputs.get(opened);
                cursors[opened] = new UnionInput(input, input.file().again(cache), fewestCopied);
            }
        } finally {
            if (opened < cursors.length) {
                close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (UnionInput cursor : cursors) {
            if (cursor != null) {
                cursor.block().close();
            }
        }
        cache.close();
    }

    void write(BlockWriter writer) throws IOException {
        findPieces();
        for (UnionInput cursor : cursors) {
            cursor.begin();
        }
        for (UnionInput next; (next = least()) != null; ) {
            if (next.isAtRowGroup() && noneReaches(next.lastOfRowGroup(), next)) {
                Block block = next.block();
                writer.addRowGroup(
                        block,
                        next.rowGroup(),
                        ordinal -> block.continued(ordinal) && standsElsewhere(block.id(ordinal)));
                next.passRowGroup();
            } else {
                trace(next, writer);
                next.pass();
            }
        }
    }

    /** Notes the traces of which several inputs have a piece, and in which input each of them counts. */
    private void findPieces() {
        for (int i = 0; i < cursors.length; i++) {
            UnionInput input = cursors[i];
            for (int ordinal = 0; ordinal < input.block().traces(); ordinal++) {
                if (inputs.get(i).isDeleted(ordinal) || input.isSplit(ordinal)) {
                    continue;
                }
                TraceId id = input.block().id(ordinal);
                for (int j = i + 1; j < cursors.length; j++) {
                    int other = inputs.get(j).find(id);
                    if (other >= 0) {
                        input.markSplit(ordinal);
                        cursors[j].markSplit(other);
                        Pieces pieces = split.computeIfAbsent(id, _ -> new Pieces(cursors.length));
                        pieces.add(i, ordinal, input.block());
                        pieces.add(j, other, cursors[j].block());
                    }
                }
            }
        }
        for (Pieces pieces : split.values()) {
            boolean counts = true;
            for (int i = 0; i < cursors.length; i++) {
                int ordinal = pieces.ordinals[i];
                if (ordinal >= 0) {
                    if (counts && cursors[i].block().start(ordinal) == pieces.start) {
                        counts = false;
                    } else {
                        cursors[i].leaveToOther(ordinal);
                    }
                }
            }
        }
    }

    private @Nullable UnionInput least() {
        UnionInput least = null;
        for (UnionInput cursor : cursors) {
            if (cursor.hasMore() && (least == null || cursor.compareTo(least) < 0)) {
                least = cursor;
            }
        }
        return least;
    }

    /** Whether all that the other inputs still have comes after this trace of {@code input}. */
    private boolean noneReaches(int ordinal, UnionInput input) {
        for (UnionInput cursor : cursors) {
            if (cursor != input && cursor.hasMore() && cursor.isBefore(input.block(), ordinal)) {
                return false;
            }
        }
        return true;
    }

    private void trace(UnionInput input, BlockWriter writer) throws IOException {
        Block block = input.block();
        int ordinal = input.ordinal();
        TraceId id = block.id(ordinal);
        if (!input.isSplit(ordinal)) {
            writer.beginTrace(
                    id, block.start(ordinal), block.end(ordinal), block.continued(ordinal) && standsElsewhere(id));
            input.copy(ordinal, writer);
            return;
        }
        Pieces pieces = java.util.Objects.requireNonNull(split.get(id));
        writer.beginTrace(id, pieces.start, pieces.end, pieces.continued && standsElsewhere(id));
        for (int i = 0; i < cursors.length; i++) {
            if (pieces.ordinals[i] >= 0) {
                cursors[i].copy(pieces.ordinals[i], writer);
            }
        }
    }

    private boolean standsElsewhere(TraceId id) {
        if (state.lacksBlocks()) {
            return true;
        }
        for (LiveBlock block : state.blocks()) {
            // What a directory page hides for now may be found again later.
            if (!inputs.contains(block) && (block.find(id) >= 0 || block.block().mayHide(id))) {
                return true;
            }
        }
        return false;
    }

    /** One trace of several inputs: its ordinal in each, -1 where there is none. */
    private static final class Pieces extends Interval {
        private final int[] ordinals;
        private boolean continued;

        private Pieces(int inputs) {
            ordinals = new int[inputs];
            Arrays.fill(ordinals, -1);
        }

        private void add(int input, int ordinal, Block block) {
            ordinals[input] = ordinal;
            continued |= block.continued(ordinal);
            add(block.start(ordinal), block.end(ordinal));
        }
    }
}

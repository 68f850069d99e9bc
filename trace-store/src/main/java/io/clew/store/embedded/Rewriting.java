package io.clew.store.embedded;

import io.clew.store.files.DiskFullException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Writes blocks anew without their deleted traces, which makes the bytes of these leave the disk: a block from which
 * something was deleted on request within {@link #ON_REQUEST}, so that many deletions share one rewriting; a block of which
 * retention has removed half of the spans at once, and one of which it removed less within {@link #BY_RETENTION}, or when
 * the blocks take more bytes than they may. So retention writes each span about once more, and keeps no bytes for longer
 * than a day. Runs on the merger's thread.
 */
final class Rewriting {
    private static final Duration ON_REQUEST = Duration.ofSeconds(5);
    private static final Duration BY_RETENTION = Duration.ofDays(1);

    private final StateCell cell;
    private final Merger merger;
    private final long largestBytes;
    /** When deletions were first seen in a block, on the clock of {@link System#nanoTime}. */
    private final Map<Long, Long> since = new HashMap<>();

    /** {@code largestBytes} that blocks may take; 0 = no limit. */
    Rewriting(StateCell cell, Merger merger, long largestBytes) {
        this.cell = cell;
        this.merger = merger;
        this.largestBytes = largestBytes;
    }

    /** Whether a rewriting is due, now or within seconds. Any thread. */
    boolean isDue() {
        return cell.current().blocks().stream()
                .anyMatch(block -> !block.block().isDamaged()
                        && (block.entry().erase() || block.hasDeletions() && isHalfDeleted(block)));
    }

    /**
     * Rewrites what is due.
     *
     * @param atOnce whether to rewrite blocks with deletions on request without waiting for more of them
     */
    void run(boolean atOnce, BooleanSupplier stopping) throws IOException {
        List<LiveBlock> blocks = cell.current().blocks();
        long now = System.nanoTime();
        Map<Long, Long> seen = new HashMap<>();
        for (LiveBlock block : blocks) {
            if (block.hasDeletions()) {
                long id = block.entry().id();
                seen.put(id, since.getOrDefault(id, now));
            }
        }
        since.clear();
        since.putAll(seen);
        DiskFullException noRoom = null;
        for (LiveBlock block : blocks) {
            if (block.hasDeletions() && !block.block().isDamaged() && !stopping.getAsBoolean()) {
                long waited = now - since.getOrDefault(block.entry().id(), now);
                boolean erase = block.entry().erase() && (atOnce || waited >= ON_REQUEST.toNanos());
                if (erase || isHalfDeleted(block) || waited >= BY_RETENTION.toNanos() || isTooMuch()) {
                    try {
                        merger.rewrite(block.entry().id());
                    } catch (DiskFullException full) {
                        // A smaller block may fit, and make room for this one.
                        noRoom = full;
                    }
                }
            }
        }
        if (noRoom != null) {
            throw noRoom;
        }
    }

    /** Whether the files take more than is allowed; what of it is not deleted does not, once retention has run. */
    private boolean isTooMuch() {
        return largestBytes > 0
                && cell.current().blocks().stream()
                                .mapToLong(block -> block.entry().bytes())
                                .sum()
                        > largestBytes;
    }

    private static boolean isHalfDeleted(LiveBlock block) {
        return block.spans() <= block.entry().spans() / 2;
    }
}

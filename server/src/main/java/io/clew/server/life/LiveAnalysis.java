package io.clew.server.life;

import io.clew.analysis.LiveCells;
import io.clew.model.SpanBatch;
import io.clew.server.config.AnalysisConfig;
import io.clew.server.intake.Intake;
import io.clew.server.intake.StoreGate;
import io.clew.server.telemetry.LiveState;
import io.clew.store.KeptCells;
import io.clew.store.ReadControl;
import io.clew.store.ReadStoppedException;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live cells of a server, and the thread that keeps them up to date. Switched off, it keeps none, and every question is
 * answered from the store.
 */
final class LiveAnalysis implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveAnalysis.class);

    private static final long A_DAY = 24 * 60;
    /** Cells may take this part of the heap. */
    private static final int PART_OF_HEAP = 10;

    private static final Duration TURN = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

    private final LiveCells cells;
    private final Thread thread = Thread.ofPlatform().daemon().name("clew-live").unstarted(this::run);
    private final boolean on;
    private final Duration afterFailure;
    private volatile boolean closed;
    private volatile @Nullable Behind behind;
    private @Nullable String trouble;

    /** Turns have failed since then, the latest for this reason. */
    private record Behind(Instant since, String reason) {}

    LiveAnalysis(StoreGate gate, AnalysisConfig config) {
        this(gate, config, AFTER_FAILURE);
    }

    /** @param afterFailure how long it waits after a turn that failed */
    LiveAnalysis(StoreGate gate, AnalysisConfig config, Duration afterFailure) {
        this.on = config.live();
        this.afterFailure = afterFailure;
        cells = new LiveCells(
                new LiveCells.Source() {
                    @Override
                    public @Nullable Snapshot snapshot() {
                        TraceStore store = gate.store();
                        return store == null ? null : store.snapshot();
                    }

                    @Override
                    public @Nullable KeptCells cells() {
                        TraceStore store = gate.store();
                        return store == null ? null : store.cells();
                    }
                },
                new LiveCells.Limits(
                        config.rest().toNanos(), Runtime.getRuntime().maxMemory() / PART_OF_HEAP, A_DAY),
                System::nanoTime,
                () -> TimeUnit.MILLISECONDS.toMinutes(System.currentTimeMillis()));
    }

    LiveCells cells() {
        return cells;
    }

    LiveState state() {
        Behind now = behind;
        return new LiveState(on, cells.state(), now == null ? null : now.since, now == null ? null : now.reason);
    }

    /** For the intake: the batch on its way into the store. */
    Intake.Arrival arriving(SpanBatch batch) {
        return on ? cells.arriving(batch)::ended : LiveAnalysis::nothing;
    }

    private static void nothing(boolean stored) {}

    void start() {
        if (on) {
            thread.start();
        }
    }

    private void run() {
        while (!closed) {
            Duration pause = TURN;
            try {
                pause = cells.work(ReadControl.until(() -> closed)) ? Duration.ZERO : TURN;
                behind = null;
                tellTrouble(cells.state().trouble());
            } catch (ReadStoppedException stopped) {
                return;
            } catch (RuntimeException | Error failed) {
                pause = afterFailure;
                Behind before = behind;
                behind = new Behind(before == null ? Instant.now() : before.since, String.valueOf(failed));
                LOG.warn("Roll-ups cannot be computed, the next attempt is in {} s", pause.toSeconds(), failed);
            }
            await(pause);
        }
    }

    private void tellTrouble(@Nullable String now) {
        if (now != null && !now.equals(trouble)) {
            LOG.warn("Roll-ups are computed, and cannot be written to disk: {}", now);
        } else if (now == null && trouble != null) {
            LOG.info("Roll-ups are written to disk again");
        }
        trouble = now;
    }

    private synchronized void await(Duration pause) {
        long until = System.nanoTime() + pause.toNanos();
        long left = pause.toMillis();
        while (!closed && left > 0) {
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            left = (until - System.nanoTime()) / 1_000_000;
        }
    }

    /** Ends the thread and waits for it: it reads the store. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.clew.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.analysis.cell.Cell;
import io.clew.model.RandomSpans;
import io.clew.model.TraceId;
import io.clew.store.ReadControl;
import io.clew.store.ReadStoppedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Live equals offline on the same spans, whatever happens in between: new traces, late pieces that move a trace to another
 * minute, repeats, deletions, flushes, merges, restarts, settling at any moment, and limits on what is kept.
 */
class LiveCellsTest {
    @Property(seed = "20261142", tries = 4, shrinking = ShrinkingMode.OFF)
    void equalsOfflineAtEveryMoment(@ForAll long seed) throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(seed, Long.MAX_VALUE)) {
            run.steps(45);
            assertThat(run.answersWithSettledCells)
                    .as("answers with settled cells in them")
                    .isGreaterThan(10);
        }
    }

    /** As above, on a disk that forgets at each restart what was not forced, with power gone at any operation. */
    @Property(seed = "20261143", tries = 3, shrinking = ShrinkingMode.OFF)
    void alsoAfterPowerWasLost(@ForAll long seed) throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(seed, Long.MAX_VALUE)) {
            run.workAll();
            for (int i = 0; i < 4; i++) {
                run.steps(7);
                run.losePower();
                run.compareAll();
            }
            run.settle();
            run.compareAll();
        }
    }

    /** A late span then comes for a minute that is no longer in memory and not on disk yet. */
    @Test
    void alsoWhenItMayKeepAlmostNothing() throws IOException {
        almostNothing(1130, 8);
    }

    private static void almostNothing(long seed, int steps) throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(seed, 20_000)) {
            run.steps(steps);
        }
    }

    /** All of these, with seeds that nobody has tried. */
    @Test
    @Tag("long")
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void andForALongTime() throws IOException {
        long first = Long.getLong("clew.seed", System.nanoTime());
        System.out.println("live cells: -Dclew.seed=" + first);
        for (long seed = first; seed < first + 250; seed++) {
            equalsOfflineAtEveryMoment(seed);
            alsoAfterPowerWasLost(seed);
            alsoWhenHoursAreMadeOne(seed);
            alsoWhenItMayKeepLittle(seed);
            almostNothing(seed, 60);
        }
    }

    @Test
    void aRestartComputesNothingAgain() throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(16, Long.MAX_VALUE)) {
            run.sendAndSettle(5);
            // What arrived is accounted one turn after the next.
            run.settle();
            run.send(run.spans.batch(1));
            run.settle();
            run.settle();
            int settled = run.live.state().settled();
            run.restart();
            run.work();
            LiveCells.State state = run.live.state();
            assertThat(state.settled() + state.open())
                    .as("known or open: %s", state)
                    .isGreaterThanOrEqualTo(settled);
            assertThat(state.open()).as("opened by what came last").isLessThan(settled / 2);
            run.compareAll();
        }
    }

    @Test
    void aDeletionHoldsThoughTheServerDiesAtOnce() throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(19, Long.MAX_VALUE)) {
            run.sendAndSettle(5);
            run.settle();
            run.send(run.spans.batch(1));
            run.settle();
            List<TraceId> some = run.some();
            Runnable _ = run.live.deleting(some);
            run.store.delete(some);
            run.restart();
            run.workAll();
            run.compareAll();
        }
    }

    @Test
    void whatADeletionOpensBeforeAnythingIsTakenOverSettlesOnce() throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(20, Long.MAX_VALUE)) {
            run.sendAndSettle(5);
            run.settle();
            run.send(run.spans.batch(1));
            run.settle();
            run.restart();
            run.delete();
            run.settle();
            assertThat(run.live.state().from()).isLessThan(Long.MAX_VALUE);
            assertThat(run.live.state().open()).isZero();
            run.compareAll();
        }
    }

    @Test
    void figuresOutliveTheirSpans() throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(17, Long.MAX_VALUE)) {
            run.sendAndSettle(6);
            Cell before = run.live.sum(
                    LiveCellsRun.FIRST - 100_000, LiveCellsRun.FIRST + 100_000, 1, ReadControl.unbounded());
            long calls = LiveCellsRun.calls(before);
            run.retention = true;
            run.restart();
            run.workAll();
            run.store.flush();
            run.storeClock.set(RandomSpans.EPOCH + Duration.ofDays(3).toNanos());
            run.store.maintain();
            assertThat(run.store.stats().spansStored()).isZero();
            run.work();
            assertThat(LiveCellsRun.calls(run.live.sum(
                            LiveCellsRun.FIRST - 100_000, LiveCellsRun.FIRST + 100_000, 1, ReadControl.unbounded())))
                    .as("spans counted once they are gone")
                    .isEqualTo(calls);
            // A span that comes late for a minute that cannot be computed any more changes nothing.
            List.copyOf(run.sent).forEach(run::send);
            assertThat(LiveCellsRun.calls(run.live.sum(
                            LiveCellsRun.FIRST - 100_000, LiveCellsRun.FIRST + 100_000, 1, ReadControl.unbounded())))
                    .isGreaterThanOrEqualTo(calls);
            run.settle();
            assertThat(LiveCellsRun.calls(run.live.sum(
                            LiveCellsRun.FIRST - 100_000, LiveCellsRun.FIRST + 100_000, 1, ReadControl.unbounded())))
                    .isGreaterThanOrEqualTo(calls);
            run.restart();
            run.workAll();
            run.settle();
            assertThat(LiveCellsRun.calls(run.live.sum(
                            LiveCellsRun.FIRST - 100_000, LiveCellsRun.FIRST + 100_000, 1, ReadControl.unbounded())))
                    .as("after another start")
                    .isGreaterThanOrEqualTo(calls);
        }
    }

    @Test
    void whatIsDamagedIsComputedAgain() throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(18, Long.MAX_VALUE)) {
            run.sendAndSettle(5);
            run.settle();
            run.send(run.spans.batch(1));
            run.settle();
            run.settle();
            run.store.close();
            List<Path> hours = new ArrayList<>();
            try (var files = Files.list(run.directory.resolve("cells"))) {
                files.filter(file -> file.toString().endsWith(".cells")).forEach(hours::add);
            }
            assertThat(hours).isNotEmpty();
            for (Path hour : hours) {
                byte[] bytes = Files.readAllBytes(hour);
                // In its head, or in the last cell.
                bytes[run.random.nextBoolean() ? run.random.nextInt(500) : bytes.length - 1] ^= 0x20;
                Files.write(hour, bytes);
            }
            run.store = run.open();
            run.live = run.begin();
            run.workAll();
            run.compareAll();
            assertThat(run.store.stats().damage()).hasSameSizeAs(hours);
            run.settle();
            run.compareAll();
            for (Path hour : hours) {
                assertThat(run.directory.resolve("damaged").resolve(hour.getFileName()))
                        .exists();
                assertThat(hour).as("written anew").exists();
            }
        }
    }

    @Property(seed = "20261144", tries = 3, shrinking = ShrinkingMode.OFF)
    void alsoWhenHoursAreMadeOne(@ForAll long seed) throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(seed, 250_000)) {
            run.minuteNow += 60;
            run.steps(25);
            run.sendAndSettle(8);
            assertThat(run.live.state().hours()).isPositive();
            for (int i = 0; i < 10; i++) {
                run.compare();
            }
            run.steps(15);
            run.settle();
            run.compareAll();
        }
    }

    @Property(seed = "20261145", tries = 2, shrinking = ShrinkingMode.OFF)
    void alsoWhenItMayKeepLittle(@ForAll long seed) throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(seed, 60_000)) {
            run.steps(40);
        }
    }

    @Test
    void everythingSettlesOnceNothingArrives() throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(5, Long.MAX_VALUE)) {
            for (int i = 0; i < 5; i++) {
                run.send(run.spans.batch(50));
            }
            run.workAll();
            assertThat(run.live.state().open())
                    .as("nothing was noted before it began")
                    .isZero();
            assertThat(run.live.state().settled()).isPositive();
            run.send(run.spans.batch(50));
            run.work();
            assertThat(run.live.state().open()).isPositive();
            run.clock += LiveCellsRun.REST - 1;
            run.work();
            assertThat(run.live.state().open()).as("just before it has rested").isPositive();
            run.clock += 1;
            run.work();
            assertThat(run.live.state().open()).isZero();
            run.compare();
        }
    }

    @Test
    void whatArrivesWhileNotesAreReadIsNotLost() throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(6, Long.MAX_VALUE)) {
            run.sendAndSettle(5);
            run.afterSnapshot = () -> run.send(run.spans.batch(50, run.some()));
            run.work();
            run.compareAll();
            run.settle();
            run.afterSnapshot = () -> run.send(run.spans.batch(50, run.some()));
            Cell _ = run.live.sum(LiveCellsRun.FIRST, LiveCellsRun.FIRST + 200, 1, ReadControl.unbounded());
            run.compareAll();
        }
    }

    @Test
    void aStopLosesNothing() throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(7, Long.MAX_VALUE)) {
            run.sendAndSettle(5);
            LiveCells.State before = run.live.state();
            ReadControl stopped = new ReadControl(System.nanoTime() + Long.MAX_VALUE / 2, () -> true);
            run.send(run.spans.batch(20, run.some()));
            assertThatThrownBy(() -> run.live.sum(LiveCellsRun.FIRST, LiveCellsRun.FIRST + 200, 1, stopped))
                    .isInstanceOf(ReadStoppedException.class);
            assertThatThrownBy(() -> run.live.total(1, stopped)).isInstanceOf(ReadStoppedException.class);
            assertThatThrownBy(() -> run.live.work(stopped)).isInstanceOf(ReadStoppedException.class);
            assertThat(run.live.state()).isEqualTo(before);
            run.compareAll();
        }
    }

    @Test
    void aStopWhileWorkingBackLosesWhatItWasAtOnly() throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(8, Long.MAX_VALUE)) {
            for (int i = 0; i < 5; i++) {
                run.send(run.spans.batch(50));
            }
            run.work();
            long from = run.live.state().from();
            AtomicBoolean cancelled = new AtomicBoolean();
            run.afterSnapshot = () -> run.afterSnapshot = () -> cancelled.set(true);
            ReadControl control = new ReadControl(System.nanoTime() + Long.MAX_VALUE / 2, cancelled::get);
            assertThatThrownBy(() -> run.live.work(control)).isInstanceOf(ReadStoppedException.class);
            assertThat(run.live.state().from()).isEqualTo(from);
            run.send(run.spans.batch(50, run.some()));
            run.compareAll();
            run.workAll();
            run.compareAll();
        }
    }

    @Test
    void totalsDoNotGoBackWhenAnOpenMinuteAgesOut() throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(9, Long.MAX_VALUE)) {
            run.sendAndSettle(5);
            run.send(run.spans.batch(50, run.some()));
            long before = run.total();
            assertThat(run.live.state().open()).isPositive();
            run.minuteNow += 10 * LiveCellsRun.MINUTES;
            run.work();
            assertThat(run.live.state().settled()).isZero();
            assertThat(run.total()).isEqualTo(before);
            run.clock += LiveCellsRun.REST;
            run.work();
            assertThat(run.live.state().open()).isZero();
            assertThat(run.total()).isEqualTo(before);
        }
    }

    @Test
    void totalsDoNotGoBackWhenAllIsCountedAnew() throws IOException {
        long all;
        try (LiveCellsRun run = new LiveCellsRun(10, Long.MAX_VALUE)) {
            run.sendAndSettle(6);
            // Makes sums of hours, which count.
            assertThat(run.total()).isPositive();
            all = run.live.state().bytes();
        }
        // All fits, half of what is allowed does not hold it; then all fits no longer.
        for (long bytes : new long[] {all * 3 / 2, all * 11 / 10}) {
            try (LiveCellsRun run = new LiveCellsRun(10, bytes)) {
                run.sendAndSettle(6);
                long before = run.total();
                assertThat(before).isEqualTo(run.stored(LiveCellsRun.NOW - LiveCellsRun.MINUTES));
                run.noteTooMuch();
                assertThat(run.live.total(1, ReadControl.unbounded()))
                        .as("while it is counted anew")
                        .isNull();
                run.send(run.spans.batch(400));
                run.minuteNow += 5;
                run.workAll();
                long after = run.total();
                assertThat(after).isGreaterThan(before).isEqualTo(run.stored(LiveCellsRun.NOW - LiveCellsRun.MINUTES));
                run.noteTooMuch();
                run.minuteNow += 10 * LiveCellsRun.MINUTES;
                run.workAll();
                assertThat(run.total()).as("when all has aged out meanwhile").isEqualTo(after);
            }
        }
    }

    @Test
    void aDeletionReadsNothingWhenNothingIsKept() throws IOException {
        try (LiveCellsRun run = new LiveCellsRun(11, Long.MAX_VALUE)) {
            run.send(run.spans.batch(50));
            run.delete();
            assertThat(run.snapshots).isZero();
        }
    }

    @Test
    void nothingSettlesWithATraceThatIsBeingDeleted() throws IOException {
        for (int seed = 12; seed < 16; seed++) {
            try (LiveCellsRun run = new LiveCellsRun(seed, Long.MAX_VALUE)) {
                run.sendAndSettle(3);
                List<TraceId> some = run.some();
                run.afterSnapshot = () -> run.send(run.spans.batch(50, some));
                Runnable deleted = run.live.deleting(some);
                run.settle();
                run.store.delete(some);
                deleted.run();
                run.compareAll();
            }
        }
    }
}

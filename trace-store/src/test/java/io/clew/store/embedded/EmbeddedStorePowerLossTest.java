package io.clew.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.TraceId;
import io.clew.store.AppendResult;
import io.clew.store.DamagedException;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.FaultyFiles;
import io.clew.store.kit.SpanText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Power fails at any operation on the disk, also inside flush, publish and merge; what was not forced is forgotten. After
 * it every acknowledged span is there exactly once, and nothing that was not sent.
 */
class EmbeddedStorePowerLossTest {
    private static final int ROUNDS = Integer.getInteger("clew.powerloss.rounds", 40);
    /** Rounds on one store; each looks for all spans that the rounds before it sent. */
    private static final int ROUNDS_A_STORE = 10;

    @TempDir
    Path directory;

    @Test
    void whatWasAcknowledgedSurvives() throws IOException {
        long seed = Long.getLong("clew.seed", 20261124);
        System.out.println("power loss: -Dclew.seed=" + seed);
        RandomSpans spans = new RandomSpans(seed);
        int cut = 0;
        for (int first = 0; first < ROUNDS; first += ROUNDS_A_STORE) {
            cut += onOneStore(directory.resolve("store-" + first), first, spans);
        }
        System.out.printf("power loss: %d rounds, %d cut%n", ROUNDS, cut);
        assertThat(cut).as("rounds in which power failed").isGreaterThan(ROUNDS / 2);
    }

    /** How many of the rounds power ended. */
    private static int onOneStore(Path store, int first, RandomSpans spans) throws IOException {
        FaultyFiles files = new FaultyFiles(new DiskFiles());
        Set<String> acknowledged = new HashSet<>();
        Set<String> sent = new HashSet<>();
        Set<TraceId> traces = new TreeSet<>();
        int cut = 0;
        for (int round = first; round < Math.min(ROUNDS, first + ROUNDS_A_STORE); round++) {
            files.cutPowerAfter(spans.random().nextInt(120));
            cut += run(files, store, spans, acknowledged, sent, traces) ? 1 : 0;
            files.losePower(spans.random().nextLong());
            try (TraceStore reopened = open(files, store)) {
                check(reopened, acknowledged, sent, traces, round);
            }
        }
        assertThat(acknowledged).as("acknowledged spans").isNotEmpty();
        return cut;
    }

    /** Appends, flushes and merges until power fails; whether it did. */
    private static boolean run(
            FaultyFiles files,
            Path directory,
            RandomSpans spans,
            Set<String> acknowledged,
            Set<String> sent,
            Set<TraceId> traces) {
        try (TraceStore store = open(files, directory)) {
            for (int i = 0; i < 40 && !files.powerIsOff(); i++) {
                SpanBatch batch = spans.batch(1 + spans.random().nextInt(30));
                List<String> lines = new ArrayList<>();
                for (int row = 0; row < batch.spanCount(); row++) {
                    lines.add(SpanText.of(batch, row));
                    traces.add(batch.traceId(row));
                }
                sent.addAll(lines);
                if (append(store, batch) instanceof AppendResult.Stored) {
                    acknowledged.addAll(lines);
                }
                if (i % 7 == 6) {
                    store.flush();
                }
                if (i % 20 == 19) {
                    store.maintain();
                }
            }
        } catch (IOException | DamagedException powerFailed) {
            assertThat(files.powerIsOff())
                    .as("only power may fail here: %s", powerFailed)
                    .isTrue();
            return true;
        }
        return files.powerIsOff();
    }

    private static TraceStore open(FaultyFiles files, Path directory) throws IOException {
        return EmbeddedStore.open(StoreSettings.of(files, directory, List.of())
                .withChunk(100_000, Duration.ofMillis(200))
                .withMerging(3, 1_000_000));
    }

    private static AppendResult append(TraceStore store, SpanBatch batch) {
        SpanBatch copy = store.newBatch();
        SpanCopier copier = new SpanCopier().bind(batch, copy);
        for (int row = 0; row < batch.spanCount(); row++) {
            copier.copy(row);
        }
        return store.append(copy, null, DecodeLimits.DEFAULT, new Refusals()).join();
    }

    private static void check(
            TraceStore store, Set<String> acknowledged, Set<String> sent, Set<TraceId> traces, int round) {
        List<String> found = new ArrayList<>();
        long tracesFound = 0;
        try (Snapshot snapshot = store.snapshot()) {
            for (TraceId id : traces) {
                var trace = snapshot.trace(id, ReadControl.unbounded());
                tracesFound += trace.isPresent() ? 1 : 0;
                trace.ifPresent(whole -> found.addAll(SpanText.of(whole)));
            }
        }
        assertThat(new HashSet<>(found)).as("each span once, round %d", round).hasSameSizeAs(found);
        assertThat(found).as("acknowledged spans, round %d", round).containsAll(acknowledged);
        assertThat(sent).as("spans found were sent, round %d", round).containsAll(found);
        assertThat(List.of(store.stats().spansStored(), store.stats().tracesStored()))
                .as("counts, round %d", round)
                .isEqualTo(List.of((long) found.size(), tracesFound));
        assertThat(store.stats().damage()).isEmpty();
    }
}

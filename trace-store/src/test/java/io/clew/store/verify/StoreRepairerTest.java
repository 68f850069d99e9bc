package io.clew.store.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.SpanCondition;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.block.BlockPages;
import io.clew.store.block.BlockSettings;
import io.clew.store.embedded.BlockFiles;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import io.clew.store.kit.SpanText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repair keeps whatever can be read, sets aside what is damaged, says what is lost, and leaves a store that is whole. */
class StoreRepairerTest {
    private static final long SEED = 20261126;

    private final DiskFiles files = new DiskFiles();
    private final List<String> told = new ArrayList<>();

    @TempDir
    Path directory = Path.of("");

    private Map<TraceId, List<String>> before = Map.of();
    private long deletedSpans;
    private TraceId deleted = new TraceId(0, 0);

    @BeforeEach
    void write() throws IOException {
        RandomSpans random = new RandomSpans(SEED).oddities(0.02);
        List<TraceId> shared = random.traceIds(20);
        try (TraceStore store = open()) {
            for (int i = 0; i < 4; i++) {
                List<TraceId> ids = random.traceIds(150);
                ids.addAll(shared);
                deleted = ids.getFirst();
                store.append(random.batch(400, ids), null, DecodeLimits.DEFAULT, new Refusals())
                        .join();
                store.flush();
            }
            deletedSpans = store.stats().spansStored();
            store.delete(List.of(deleted));
            deletedSpans -= store.stats().spansStored();
        }
        before = contents();
    }

    @Test
    void aWholeStoreIsLeftAlone() throws IOException {
        byte[] manifest = Files.readAllBytes(data().resolve("MANIFEST"));
        assertThat(repair()).isEqualTo(new StoreRepairer.Result(0, 0, 0, 0, List.of(), false));
        assertThat(told).isEmpty();
        assertThat(Files.readAllBytes(data().resolve("MANIFEST"))).isEqualTo(manifest);
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void ofADamagedBlockTheRestIsSaved() throws IOException {
        Path block = largest();
        for (BlockPages.Page page : BlockPages.of(block)) {
            if (page.holds().contains("'start'")) {
                BlockPages.flip(block, page.offset() + 1);
                break;
            }
        }
        StoreRepairer.Result result = repair();
        assertThat(result.damages()).isEqualTo(1);
        assertThat(result.setAside()).isEqualTo(1);
        assertThat(result.tracesLost()).isPositive();
        assertThat(data().resolve("damaged").resolve(block.getFileName())).exists();
        Map<TraceId, List<String>> after = contents();
        long lost = spans(before) - spans(after);
        assertThat(lost).isEqualTo(result.spansLost()).isBetween(1L, spans(before) / 4);
        after.forEach((id, lines) -> assertThat(before.get(id)).containsAll(lines));
        assertThat(told).anySatisfy(line -> assertThat(line).contains(result.spansLost() + " spans lost"));
        whole();
    }

    @Test
    void ofABlockWithADamagedHeadAllIsSaved() throws IOException {
        Path block = largest();
        BlockPages.flip(block, 3);
        assertThat(contents()).isEqualTo(before);
        StoreRepairer.Result result = repair();
        assertThat(result).isEqualTo(new StoreRepairer.Result(1, 1, 0, 0, List.of(), false));
        assertThat(contents()).isEqualTo(before);
        whole();
    }

    @Test
    void aBlockOfWhichNothingCanBeReadIsSetAside() throws IOException {
        Path block = largest();
        BlockPages.flip(block, Files.size(block) - 30);
        StoreRepairer.Result result = repair();
        lostOrDeleted(result);
        assertThat(told).anySatisfy(line -> assertThat(line).contains("nothing of it can be read"));
        whole();
    }

    @Test
    void aBlockThatIsGoneIsForgotten() throws IOException {
        Files.delete(largest());
        StoreRepairer.Result result = repair();
        assertThat(result.damages()).isEqualTo(1);
        lostOrDeleted(result);
        whole();
    }

    @Test
    void aDamagedManifestIsMadeAnew() throws IOException {
        BlockPages.flip(data().resolve("MANIFEST"), 70);
        manifestAnew();
        assertThat(data().resolve("damaged/MANIFEST")).exists();
    }

    @Test
    void aLostManifestIsMadeAnew() throws IOException {
        Files.delete(data().resolve("MANIFEST"));
        manifestAnew();
    }

    /** Of a block of which nothing can be read, what was deleted from it counts as lost too. */
    private void lostOrDeleted(StoreRepairer.Result result) throws IOException {
        long lost = spans(before) - spans(contents());
        assertThat(lost).isPositive();
        assertThat(result.spansLost()).isBetween(lost, lost + deletedSpans);
    }

    private void manifestAnew() throws IOException {
        StoreRepairer.Result result = repair();
        assertThat(result.manifestRebuilt()).isTrue();
        assertThat(result.spansLost()).isZero();
        Map<TraceId, List<String>> after = contents();
        assertThat(after).containsKey(deleted);
        assertThat(told).anySatisfy(line -> assertThat(line).contains("deleted").contains("are back"));
        after.remove(deleted);
        assertThat(after).isEqualTo(before);
        whole();
    }

    /** Merged blocks that a crash left beside the block with the same spans. */
    @Test
    void spansThatStandTwiceAreKeptOnce() throws IOException {
        Map<Path, byte[]> inputs = new TreeMap<>();
        for (Path block : BlockFiles.list(files, data())) {
            inputs.put(block, Files.readAllBytes(block));
        }
        try (TraceStore store = EmbeddedStore.open(settings().withMerging(2, 1_000_000))) {
            store.maintain();
        }
        Files.delete(data().resolve("MANIFEST"));
        for (Map.Entry<Path, byte[]> input : inputs.entrySet()) {
            Files.write(input.getKey(), input.getValue());
        }
        repair();
        Map<TraceId, List<String>> after = contents();
        after.remove(deleted);
        assertThat(after).isEqualTo(before);
        whole();
    }

    private StoreRepairer.Result repair() throws IOException {
        long[] last = new long[2];
        StoreRepairer.Result result = StoreRepairer.repair(files, data(), new StoreRepairer.Listener() {
            @Override
            public void progress(Path file, long done, long total) {
                assertThat(done).isBetween(last[0], total);
                last[0] = done;
                last[1] = total;
            }

            @Override
            public void tell(String line) {
                told.add(line);
            }
        });
        assertThat(last[0]).isEqualTo(last[1]).isPositive();
        return result;
    }

    /** Verified, opened, its figures those of what is read, each span once. */
    private void whole() throws IOException {
        List<String> damages = new ArrayList<>();
        StoreVerifier.verify(files, data(), new StoreVerifier.Listener() {
            @Override
            public void progress(Path file, long done, long total) {}

            @Override
            public void damaged(io.clew.store.Damage damage) {
                damages.add(damage.line());
            }

            @Override
            public void doubtful(io.clew.store.Damage place) {
                throw new AssertionError(place.line());
            }
        });
        assertThat(damages).isEmpty();
        Map<TraceId, List<String>> contents = contents();
        try (TraceStore store = open()) {
            assertThat(store.stats().damage()).isEmpty();
            assertThat(store.stats().spansStored()).isEqualTo(spans(contents));
            assertThat(store.stats().tracesStored()).isEqualTo(contents.size());
        }
        Set<String> distinct = new HashSet<>();
        contents.values().forEach(distinct::addAll);
        assertThat((long) distinct.size()).isEqualTo(spans(contents));
    }

    private static long spans(Map<TraceId, List<String>> contents) {
        return contents.values().stream().mapToLong(List::size).sum();
    }

    private Map<TraceId, List<String>> contents() throws IOException {
        Map<TraceId, List<String>> contents = new TreeMap<>();
        try (TraceStore store = open();
                Snapshot snapshot = store.snapshot()) {
            Snapshot.TraceCursor cursor =
                    snapshot.search(new SpanCondition.Any(), Window.ALL, null, ReadControl.unbounded());
            for (Trace trace; (trace = cursor.next()) != null; ) {
                contents.put(trace.id(), SpanText.of(trace));
            }
        }
        return contents;
    }

    private Path data() {
        return directory.resolve("data");
    }

    private Path largest() throws IOException {
        return BlockFiles.list(files, data()).stream()
                .max(Comparator.comparingLong(file -> file.toFile().length()))
                .orElseThrow();
    }

    private StoreSettings settings() {
        return StoreSettings.of(files, data(), List.of())
                .withBlockSettings(new BlockSettings(400, 100, 1 << 20, 1 << 20, 20))
                .withChunk(16 << 20, Duration.ofHours(1))
                .withMerging(1000, 1_000_000);
    }

    private TraceStore open() throws IOException {
        return EmbeddedStore.open(settings());
    }
}

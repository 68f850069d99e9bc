package io.clew.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.store.files.DiskFiles;
import io.clew.store.kit.StoreModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded store against the naive model, under random operations. */
class EmbeddedStoreModelTest {
    private static final int RUNS = Integer.getInteger("clew.model.runs", 6);

    @TempDir
    Path directory;

    @Test
    void answersAsTheModelDoes() throws IOException {
        long seed = Long.getLong("clew.seed", System.nanoTime());
        int searches = 0;
        int matching = 0;
        for (int run = 0; run < RUNS; run++) {
            System.out.println("store model: -Dclew.seed=" + (seed + run));
            Path own = directory.resolve("run-" + run);
            StoreModel model = new StoreModel(
                    seed + run,
                    () -> EmbeddedStore.open(StoreSettings.of(new DiskFiles(), own, List.of())
                            .withChunk(200_000, Duration.ofMillis(300))
                            .withMerging(3, 1_000_000)));
            model.run(60, 8);
            searches += model.searches();
            matching += model.matching();
        }
        System.out.printf("store model: %d searches, %d of them matched something%n", searches, matching);
        assertThat(matching * 100.0 / searches)
                .as("percentage of searches that match")
                .isGreaterThan(30);
    }
}

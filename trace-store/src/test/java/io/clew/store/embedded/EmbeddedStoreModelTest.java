package io.clew.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.store.block.BlockSettings;
import io.clew.store.files.DiskFiles;
import io.clew.store.kit.StoreModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * The embedded store against the naive model, under random operations. jqwik draws, prints and repeats the seed of each
 * run; at least 30 % of the searches of all runs together must match something.
 */
class EmbeddedStoreModelTest {
    private static final int OPERATIONS = 60;
    private static final int SEARCHES_EACH = 8;
    /** Row groups small enough that merging finds some to copy. */
    private static final BlockSettings SMALL = new BlockSettings(12, 5, 1 << 20, 1 << 20, 16);

    /** Searches, and those that matched something, of all runs. */
    private static final int[] TOTAL = new int[2];

    @Property(tries = 6, shrinking = ShrinkingMode.OFF)
    void answersAsTheModelDoes(@ForAll long seed) throws IOException {
        Path directory = Files.createTempDirectory("clew-model");
        try {
            StoreModel model = new StoreModel(
                    seed,
                    () -> EmbeddedStore.open(StoreSettings.of(new DiskFiles(), directory, List.of())
                            .withChunk(200_000, Duration.ofMillis(300))
                            .withBlockSettings(SMALL)
                            .withMerging(3, 1_000_000)));
            model.run(OPERATIONS, SEARCHES_EACH);
            TOTAL[0] += model.searches();
            TOTAL[1] += model.matching();
        } finally {
            try (var files = Files.walk(directory)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @AfterContainer
    static void searchesMatchedSomething() {
        System.out.printf("store model: %d searches, %d of them matched something%n", TOTAL[0], TOTAL[1]);
        assertThat(TOTAL[1] * 100.0 / TOTAL[0])
                .as("percentage of searches that match")
                .isGreaterThan(30);
    }
}

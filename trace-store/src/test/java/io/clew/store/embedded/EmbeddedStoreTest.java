package io.clew.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.TraceStore;
import io.clew.store.files.DiskFiles;
import io.clew.store.kit.Spans;
import io.clew.store.kit.TraceStoreContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded store passes the kit. */
class EmbeddedStoreTest extends TraceStoreContract {
    @TempDir
    Path directory;

    @Override
    protected TraceStore open() throws IOException {
        return EmbeddedStore.open(StoreSettings.of(new DiskFiles(), directory, List.of()));
    }

    @Override
    protected boolean isDurable() {
        return true;
    }

    @Test
    void whatIsWrittenFirstAndWhatIsWrittenAgainIsCounted() throws IOException {
        StoreSettings settings = StoreSettings.of(new DiskFiles(), directory.resolve("own"), List.of());
        try (TraceStore store = EmbeddedStore.open(settings.withMerging(2, 1_000_000))) {
            for (int i = 1; i <= 2; i++) {
                SpanBatch batch = store.newBatch();
                new Spans(batch, "counted")
                        .add(new TraceId(1, i), i, 0, "a", 1_000, 2_000)
                        .add(new TraceId(1, i), 10 + i, i, "b", 1_000, 2_000);
                store.append(batch, null, DecodeLimits.DEFAULT, new Refusals()).join();
                store.flush();
            }
            assertThat(store.stats().spansFlushed()).isEqualTo(4);
            store.maintain();
            assertThat(store.stats().spansFlushed()).isEqualTo(4);
            assertThat(store.stats().spansRewritten()).isEqualTo(4);
        }
    }
}

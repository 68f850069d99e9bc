package io.clew.quality.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.Trace;
import io.clew.store.Damage;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.SpanCondition;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.files.DiskFiles;
import io.clew.store.kit.SpanText;
import io.clew.store.verify.StoreVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores written by every format version there has been are read to the last field of the last span. */
class GoldenStoresTest {
    @TempDir
    Path scratch = Path.of("");

    /** Writes them anew when asked to; only while a format is not out yet. */
    @BeforeAll
    static void write(@TempDir Path stores) throws Exception {
        if (Boolean.getBoolean("clew.golden.write")) {
            GoldenStores.write(GoldenStores.DIRECTORY, stores);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"blocks", "log", "deleted"})
    void everySpanIsReadAsItWasSent(String name) throws IOException {
        GoldenStores.unzip(name, scratch);
        List<String> damage = new ArrayList<>();
        StoreVerifier.verify(new DiskFiles(), scratch, new StoreVerifier.Listener() {
            @Override
            public void progress(Path file, long done, long total) {}

            @Override
            public void damaged(Damage found) {
                damage.add(found.line());
            }

            @Override
            public void doubtful(Damage place) {
                damage.add(place.line());
            }
        });
        assertThat(damage).isEmpty();
        List<String> expected = Files.readAllLines(GoldenStores.DIRECTORY.resolve(name + ".txt"));
        assertThat(expected).hasSizeGreaterThan(90);
        // As found; then with what was in the log in blocks, and blocks merged by this version.
        for (int pass = 0; pass < 2; pass++) {
            try (TraceStore store = GoldenStores.open(scratch)) {
                assertThat(lines(store)).isEqualTo(expected);
                assertThat(store.stats().spansStored()).isEqualTo(expected.size());
                assertThat(store.stats().damage()).isEmpty();
                assertThat(store.kept()).hasSize(name.equals("deleted") ? 1 : 0);
                store.flush();
                store.maintain();
                assertThat(lines(store)).isEqualTo(expected);
            }
        }
    }

    private static List<String> lines(TraceStore store) {
        List<String> lines = new ArrayList<>();
        try (Snapshot snapshot = store.snapshot()) {
            Snapshot.TraceCursor traces =
                    snapshot.search(new SpanCondition.Any(), Window.ALL, null, ReadControl.unbounded());
            for (Trace trace; (trace = traces.next()) != null; ) {
                SpanText.of(trace).forEach(text -> lines.add(GoldenStores.line(text)));
            }
        }
        lines.sort(null);
        return lines;
    }
}

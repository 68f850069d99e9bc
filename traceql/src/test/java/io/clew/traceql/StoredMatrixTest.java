package io.clew.traceql;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.store.AppendResult;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of {@link MatrixTest} through the store: from the head, from blocks and from one merged block. */
class StoredMatrixTest {
    private static final List<String> ROWS = List.copyOf(MatrixTest.EXPECTED.keySet());

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(MatrixTest.Place.class)
    void everyValueAgainstEveryCondition(MatrixTest.Place place) throws IOException {
        try (TraceStore store = EmbeddedStore.open(
                StoreSettings.of(new DiskFiles(), directory, List.of()).withMerging(2, 1_000_000))) {
            for (int row = 0; row < ROWS.size(); row++) {
                append(
                        store,
                        MatrixTest.trace(row + 1, place, MatrixTest.values(ROWS.get(row)))
                                .spans());
                if (row == ROWS.size() / 2) {
                    check(store, place, row + 1, "in the head");
                    store.flush();
                }
            }
            check(store, place, ROWS.size(), "half in a block");
            store.flush();
            store.maintain();
            assertThat(store.stats().blocks()).isEqualTo(1);
            check(store, place, ROWS.size(), "in one block");
        }
    }

    private static void check(TraceStore store, MatrixTest.Place place, int rows, String when) {
        List<String> wrong = new ArrayList<>();
        try (Snapshot snapshot = store.snapshot()) {
            for (int i = 0; i < MatrixTest.CONDITIONS.size(); i++) {
                String query = "{ " + place.in(MatrixTest.CONDITIONS.get(i)) + " }";
                TreeSet<String> expected = new TreeSet<>();
                for (int row = 0; row < rows; row++) {
                    String marks = MatrixTest.EXPECTED.getOrDefault(ROWS.get(row), "");
                    if (marks.trim().split(" +", -1)[i].equals("y")) {
                        expected.add(ROWS.get(row));
                    }
                }
                TreeSet<String> found = new TreeSet<>();
                TraceqlEngine.search(
                                snapshot, Traceql.parse(query), SearchRequest.newest(1000), ReadControl.unbounded())
                        .traces()
                        .forEach(trace -> found.add(ROWS.get((int) trace.id().low() - 1)));
                if (!found.equals(expected)) {
                    wrong.add(query + " finds " + found + ", not " + expected);
                }
            }
        }
        assertThat(wrong).as(when).isEmpty();
    }

    private static void append(TraceStore store, SpanBatch batch) {
        SpanBatch own = store.newBatch();
        SpanCopier copier = new SpanCopier().bind(batch, own);
        for (int row = 0; row < batch.spanCount(); row++) {
            copier.copy(row);
        }
        assertThat(store.append(own, null, DecodeLimits.DEFAULT, new Refusals()).join())
                .isInstanceOf(AppendResult.Stored.class);
    }
}

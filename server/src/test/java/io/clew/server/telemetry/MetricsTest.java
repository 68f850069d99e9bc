package io.clew.server.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clew.analysis.LiveCells;
import io.clew.store.StoreStats;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The page says when spans are refused and when the store is in trouble, so that somebody can be called. */
class MetricsTest {
    @Test
    void aStoreThatRefusesIsSeen() {
        assertThat(page("fsync of 0000000001.log failed", false))
                .contains("clew_store_writable 0.0\n", "clew_store_trouble 1.0\n", "clew_log_records_missing 2.0\n");
    }

    @Test
    void aStoreThatIsWellIsSeen() {
        assertThat(page(null, true))
                .contains("clew_store_writable 1.0\n", "clew_store_trouble 0.0\n", "clew_disk_free_bytes 4096.0\n");
    }

    private static String page(@Nullable String trouble, boolean writable) {
        StoreStats stats = new StoreStats(1, 1, 0, 0, 0, 0, 0, 0, 1, 2, false, trouble, 0, 2, List.of(), null);
        LiveState live = new LiveState(false, new LiveCells.State(0, 0, 0, 0, 0, true, 0, null), null, null);
        Metrics metrics = new Metrics(
                new Counters(), new TimeToVisible(), () -> Optional.of(stats), () -> live, () -> writable, () -> 4096);
        return new String(metrics.page(), UTF_8);
    }
}

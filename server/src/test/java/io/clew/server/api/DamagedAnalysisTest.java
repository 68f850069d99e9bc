package io.clew.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.TraceId;
import io.clew.server.life.RunningServer;
import io.clew.store.TraceStore;
import io.clew.store.block.BlockPages;
import io.clew.store.block.BlockSettings;
import io.clew.store.embedded.BlockFiles;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import io.clew.store.kit.Spans;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A block with flipped bits: red and map say what they could not read, and live analysis goes on. */
class DamagedAnalysisTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRACES = 1_000;
    private static final long LONG_AGO = 1_700_000_000_000_000_000L;

    @TempDir
    Path directory;

    private final long now = System.currentTimeMillis() * 1_000_000;

    /** As many traces long ago as just now; one page is damaged of either. */
    @BeforeEach
    void write() throws IOException {
        try (TraceStore store = EmbeddedStore.open(settings())) {
            Spans spans = new Spans(store.newBatch(), "shop");
            for (int i = 0; i < 2 * TRACES; i++) {
                long start = i < TRACES ? LONG_AGO + i : now - 1_000_000_000 + i;
                spans.add(new TraceId(1, 1 + i), 1, 0, "op", start, start + 5);
            }
            store.append(spans.batch(), null, DecodeLimits.DEFAULT, new Refusals())
                    .join();
            store.flush();
        }
        List<Path> blocks = BlockFiles.list(new DiskFiles(), directory);
        assertThat(blocks).as("one for long ago, one for now").hasSize(2);
        for (Path block : blocks) {
            List<BlockPages.Page> ids = BlockPages.of(block).stream()
                    .filter(page -> page.holds().equals("span ids"))
                    .toList();
            assertThat(ids).hasSizeGreaterThan(2);
            BlockPages.flip(block, ids.getFirst());
        }
    }

    private StoreSettings settings() {
        return StoreSettings.of(new DiskFiles(), directory, List.of())
                .withBlockSettings(new BlockSettings(400, 100, 1 << 20, 1 << 20, 20))
                .withChunk(16 << 20, Duration.ofHours(1));
    }

    private static JsonNode get(RunningServer server, String path) throws IOException {
        HttpResponse<String> answer = server.get("/clew/api/v1/" + path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    @Test
    void answersLackOnePageAndSaySo() throws IOException {
        try (RunningServer server = RunningServer.over(_ -> EmbeddedStore.open(settings()))) {
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> server.get("/metrics/red").statusCode() == 200);
            String longAgo = "start=" + LONG_AGO + "&end=" + (LONG_AGO + TRACES);
            String recent = "start=" + (now - 60_000_000_000L);
            for (String range : List.of(longAgo, recent)) {
                JsonNode red = get(server, "red?" + range);
                assertThat(red.at("/rows/0/calls").asInt()).isBetween(TRACES / 2, TRACES - 1);
                assertThat(red.at("/missed/0").asText()).contains(directory.toString());
                JsonNode steps = get(server, "red?step=1&" + range);
                assertThat(steps.at("/rows/0/calls")).isEqualTo(red.at("/rows/0/calls"));
                assertThat(steps.at("/missed/0").asText()).contains(directory.toString());
                JsonNode map = get(server, "map?" + range);
                assertThat(map.at("/entries/rows/0/requests")).isEqualTo(red.at("/rows/0/calls"));
                assertThat(map.at("/missed/0").asText()).contains(directory.toString());
            }
            JsonNode state = get(server, "status").get("analysis");
            assertThat(state.get("live").asBoolean()).isTrue();
            assertThat(state.get("caughtUp").asBoolean()).isTrue();
            assertThat(state.get("minutesKept").asInt()).isPositive();
            assertThat(state.get("bytesKept").asLong()).isPositive();
            // The day before, from the beginning of an hour.
            assertThat(state.get("keptFrom").asLong()).isBetween(now - 25 * 3_600_000_000_000L - 60_000_000_000L, now);
            assertThat(state.get("behindSince").isNull()).isTrue();
            assertThat(state.get("trouble").isNull()).isTrue();
            assertThat(server.get("/metrics").body())
                    .contains("clew_live_caught_up 1.0\n", "clew_live_behind_seconds 0.0\n")
                    .containsPattern("(?m)^clew_live_minutes_kept [1-9]");
        }
    }
}

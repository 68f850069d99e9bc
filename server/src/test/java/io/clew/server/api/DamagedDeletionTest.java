package io.clew.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.server.life.EmbeddedStoreOpener;
import io.clew.server.life.RunningServer;
import io.clew.server.life.StoreOpener;
import io.clew.server.net.Door;
import io.clew.store.TraceStore;
import io.clew.store.kit.Spans;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Deletions while one of two blocks cannot be opened: what it may hold is never said to be deleted. */
class DamagedDeletionTest {
    private static final long T = 1_700_000_000_000_000_000L;
    private static final String BLOCK = "block-0000000000000001.clew";

    private static RunningServer server;

    @BeforeAll
    static void start() {
        StoreOpener opener = new EmbeddedStoreOpener();
        server = RunningServer.over(config -> {
            try (TraceStore store = opener.open(config)) {
                append(store, "hidden", 1);
                store.flush();
                append(store, "seen", 11);
            }
            Path block = config.dataDirectory().resolve(BLOCK);
            byte[] bytes = Files.readAllBytes(block);
            bytes[bytes.length - 2] ^= 1;
            Files.write(block, bytes);
            return opener.open(config);
        });
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static void append(TraceStore store, String service, int from) {
        Spans spans = new Spans(new SpanBatch(), service);
        for (int i = from; i < from + 5; i++) {
            spans.add(id(i), 1, 0, "op", T + i, T + i + 5);
        }
        store.append(spans.batch(), null, DecodeLimits.DEFAULT, new Refusals()).join();
    }

    private static TraceId id(int number) {
        return new TraceId(0, number);
    }

    @Test
    void byIdItIsAProblemThatNamesTheBlock() throws IOException {
        assertThat(partial(send("DELETE", "traces/" + id(1)))).isZero();
        assertThat(partial(send("DELETE", "traces/" + id(11)))).isEqualTo(1);
        assertThat(server.get("/clew/api/v1/traces/" + id(11)).statusCode()).isEqualTo(404);
    }

    @Test
    void byQueryItIsToldBeforeAndAfter() throws IOException {
        String query = "store/delete?q="
                + URLEncoder.encode("{ resource.service.name = \"seen\" && name = \"op\" }", StandardCharsets.UTF_8);
        JsonNode counted =
                new ObjectMapper().readTree(send("POST", query + "&dryRun=true").body());
        assertThat(counted.path("matchedTraces").asInt()).isPositive();
        assertThat(counted.path("missed")).hasSize(1);
        assertThat(counted.path("missed").path(0).asText()).contains(BLOCK);
        assertThat(send("POST", query + "&end=5").statusCode())
                .as("a window that the block is not in")
                .isEqualTo(200);
        assertThat(partial(send("POST", query))).isPositive();
    }

    /** How many were deleted, by an answer that says that there may be more. */
    private static int partial(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).isEqualTo(500);
        JsonNode problem = new ObjectMapper().readTree(answer.body());
        assertThat(problem.path("detail").asText()).contains(BLOCK).contains("clew store repair");
        return problem.path("deletedTraces").asInt();
    }

    private static HttpResponse<String> send(String method, String path) {
        return server.send(HttpRequest.newBuilder(server.uri(Door.UI, "/clew/api/v1/" + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build());
    }
}

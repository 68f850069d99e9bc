package io.clew.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clew.server.life.Requests;
import io.clew.store.files.CrashPoints;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Figures of a real server that is killed while it keeps them on disk: after each start they are those that are added up from
 * all that was acknowledged.
 */
class KilledCellsTest {
    private static final List<String> ASKED = List.of("/clew/api/v1/red", "/clew/api/v1/map");
    private static final String[] LIVE = {"--analysis-live=on", "--analysis-rest=1s", "--store-chunk-age=500ms"};
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MINUTES = 5;
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);

    @TempDir
    Path scratch;

    /** The window that is asked for, of the last hours. */
    private final long minute = System.currentTimeMillis() / 60_000 - 2 * MINUTES;

    private int sent;

    @Test
    void areRightAfterEveryKill() throws IOException {
        Path data = scratch.resolve("data");
        for (String place : List.of("cells.after-rename:2", "cells-ledger.before-rename:2")) {
            dieAt(place, data);
        }
        try (ServerProcess server = ServerProcess.up(data, List.of(), LIVE)) {
            send(server, MINUTES);
            awaitSettled(server);
            assertThat(analysis(server).get("diskTrouble").isNull()).isTrue();
            send(server, 1);
            // Killed with a minute open.
        }
        String[] live;
        try (ServerProcess server = ServerProcess.up(data, List.of(), LIVE)) {
            await().atMost(LONG_ENOUGH)
                    .until(() -> analysis(server).get("minutesKept").asInt() > 0);
            live = ask(server);
        }
        try (ServerProcess server = ServerProcess.up(data, List.of(), "--analysis-live=off")) {
            assertThat(live).isEqualTo(ask(server));
            assertThat(live[0]).contains("service-1");
        }
    }

    /** Perhaps already while it starts, and adds up what an earlier one did not come to keep. */
    private void dieAt(String place, Path data) {
        try (ServerProcess server = ServerProcess.launch(data, List.of("-Dclew.crash-at=" + place), LIVE)) {
            if (server.awaitReady()) {
                await(place).atMost(LONG_ENOUGH).until(() -> {
                    try {
                        send(server, MINUTES);
                        awaitSettled(server);
                    } catch (AssertionError going) {
                        // It does not answer any more, or will not soon.
                    }
                    return !server.isAlive();
                });
            }
            assertThat(server.exitCode()).as(place).isEqualTo(CrashPoints.EXIT_CODE);
        }
    }

    /** Traces in as many minutes; each also has a span that begins a minute later and comes in a request of its own. */
    private void send(ServerProcess server, int minutes) {
        for (int i = 0; i < minutes; i++) {
            sent++;
            long start = (minute + sent % MINUTES) * 60_000_000_000L;
            post(server, 1, start);
            post(server, 2, start + 60_000_000_000L);
        }
    }

    private void post(ServerProcess server, int span, long start) {
        ExportTraceServiceRequest request = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(
                                Resource.newBuilder().addAttributes(Requests.text("service.name", "service-" + span)))
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .addSpans(Requests.span(sent, 2L * sent + span)
                                        .setStartTimeUnixNano(start)
                                        .setEndTimeUnixNano(start + 1_000_000))))
                .build();
        await().atMost(LONG_ENOUGH).until(() -> {
            HttpResponse<String> answer = server.postSpans(request.toByteArray());
            assertThat(answer.statusCode()).as(answer.body()).isIn(200, 503);
            return answer.statusCode() == 200;
        });
    }

    private static void awaitSettled(ServerProcess server) {
        await().atMost(LONG_ENOUGH).until(() -> {
            JsonNode analysis = analysis(server);
            return analysis.get("minutesOpen").asInt() == 0
                    && analysis.get("hoursOnDisk").asInt() > 0;
        });
    }

    private String[] ask(ServerProcess server) throws IOException {
        String window = "?start=" + (minute - 600) * 60_000_000_000L + "&end=" + (minute + 600) * 60_000_000_000L;
        String[] answers = new String[ASKED.size()];
        for (int i = 0; i < answers.length; i++) {
            HttpResponse<String> answer = server.get(ASKED.get(i) + window);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            answers[i] = answer.body();
        }
        return answers;
    }

    private static JsonNode analysis(ServerProcess server) throws IOException {
        return JSON.readTree(server.get("/clew/api/v1/status").body()).get("analysis");
    }
}

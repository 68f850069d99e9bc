package io.clew.quality.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clew.quality.crash.Ledger.SpanKey;
import io.clew.store.files.CrashPoints;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The promise of the product, on the real server: kill it under load, at random moments and inside flush, merge and
 * publish, and every span it acknowledged is there exactly once, as it was sent, and nothing else is. The data directory
 * lives through all rounds; what was not acknowledged is sent again. The seed is printed; {@code -Dclew.crash.seed=N}
 * repeats the load and the moments, {@code -Dclew.crash.rounds=N} runs longer.
 */
class CrashTest {
    /** Places at which {@link CrashPoints} kills the server. */
    private static final List<String> PLACES = List.of(
            "flush.before-publish",
            "publish.before-rename",
            "merge.before-publish",
            "publish.after-rename",
            "flush.after-publish",
            "merge.after-publish",
            "log.before-roll",
            "delete.before-publish",
            "retention.before-publish",
            "log.after-roll",
            "delete.after-publish",
            "retention.after-publish");

    private static final String TRACES = "/clew/api/v1/traces/";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path data;

    private final long seed = Long.getLong("clew.crash.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Ledger ledger = new Ledger(random.nextLong());

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void everyAcknowledgedSpanIsThereExactlyOnce() throws Exception {
        die(Integer.getInteger("clew.crash.rounds", 10));
    }

    @Test
    @Tag("long")
    @Timeout(value = 4, unit = TimeUnit.HOURS)
    void everyAcknowledgedSpanIsThereExactlyOnceForALongTime() throws Exception {
        die(Integer.getInteger("clew.crash.rounds", 240));
    }

    private void die(int rounds) throws Exception {
        int firstPlace = random.nextInt(PLACES.size());
        System.out.println("crash test: -Dclew.crash.seed=" + seed + " -Dclew.crash.rounds=" + rounds);
        for (int round = 0; round < rounds; round++) {
            if (round % 2 == 0) {
                dieAt(PLACES.get((firstPlace + round / 2) % PLACES.size()), round);
            } else {
                dieAtRandom(round);
            }
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            check(server, "after all rounds, seed " + seed);
            assertThat(ledger.acknowledgedCount()).isGreaterThan(100 * rounds);
            server.terminate();
            assertThat(server.awaitExit()).as(server.output()).isZero();
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            check(server, "after an orderly stop, seed " + seed);
            assertThat(server.getJson("/clew/api/v1/status")
                            .path("unflushedBytes")
                            .asLong(-1))
                    .isZero();
        }
    }

    /** Every second time the server as it ships, whose head is not flushed before it dies; else the one that flushes a lot. */
    private void dieAtRandom(int round) throws Exception {
        boolean small = round % 4 != 1;
        try (ServerProcess server = small ? ServerProcess.startSmall(data) : ServerProcess.start(data)) {
            if (small) {
                awaitRetired(server);
            }
            check(server, "at the start of round " + round + ", seed " + seed);
            try (Load load = Load.start(server, ledger, 4)) {
                Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> load.acknowledged() > 0);
                LockSupport.parkNanos(random.nextInt(1_500) * 1_000_000L);
                server.kill9();
                assertThat(load.acknowledged()).isPositive();
            }
        }
    }

    /**
     * What an earlier round left to flush or merge may bring the server to the place before it is even ready: then it has
     * died once more, and lives longer the next time, until it dies under load.
     */
    private void dieAt(String place, int round) throws Exception {
        boolean underLoad = false;
        for (int passage = 2; !underLoad; passage *= 3) {
            String point = "-D" + CrashPoints.PROPERTY + "=" + place + ":" + passage;
            try (ServerProcess server = ServerProcess.launchSmall(data, point)) {
                if (server.awaitReady()) {
                    try (Load load = Load.start(server, ledger, 4)) {
                        deleteUntilGone(server);
                        underLoad = load.acknowledged() > 0;
                        System.out.println(point + ": " + load.acknowledged() + " requests acknowledged before");
                    }
                }
                assertThat(server.awaitExit())
                        .as("round %d did not come to %s, seed %d:%n%s", round, point, seed, server.output())
                        .isEqualTo(CrashPoints.EXIT_CODE);
            }
        }
    }

    /** Deletes traces one by one until the server is gone, and notes which of them it said were deleted. */
    private void deleteUntilGone(ServerProcess server) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (server.isAlive() && System.nanoTime() < end) {
            ledger.toDelete().ifPresent(server::delete);
            LockSupport.parkNanos(50_000_000);
        }
        server.awaitExit();
        server.deleted().forEach(ledger::deleted);
    }

    /** From here on nothing goes by itself, so that what is read trace by trace is what the server counts. */
    private void awaitRetired(ServerProcess server) {
        Set<String> there = new HashSet<>(ledger.retiring());
        Awaitility.await("retention to take every trace of " + SmallStoreServer.RETIRED)
                .atMost(Duration.ofMinutes(2))
                .until(() -> {
                    for (Iterator<String> traces = there.iterator(); traces.hasNext(); ) {
                        if (server.get(TRACES + traces.next()).statusCode() != 404) {
                            return false;
                        }
                        traces.remove();
                    }
                    return true;
                });
    }

    private void check(ServerProcess server, String when) throws Exception {
        long spans = 0;
        long traces = 0;
        for (String trace : ledger.traces()) {
            Set<SpanKey> found = spansOf(server, trace, when);
            if (ledger.isDeleted(trace)) {
                assertThat(found).as("deleted trace %s %s", trace, when).isEmpty();
            } else if (!found.isEmpty() || !ledger.mayBeGone(trace)) {
                assertThat(found)
                        .as("acknowledged spans of %s %s", trace, when)
                        .containsAll(ledger.acknowledgedOf(trace));
            }
            spans += found.size();
            traces += found.isEmpty() ? 0 : 1;
        }
        JsonNode status = server.getJson("/clew/api/v1/status");
        assertThat(status.path("spansStored").asLong(-1))
                .as("spansStored %s", when)
                .isEqualTo(spans);
        assertThat(status.path("tracesStored").asLong(-1))
                .as("tracesStored %s", when)
                .isEqualTo(traces);
        assertThat(spans).as("spans %s", when).isGreaterThanOrEqualTo(ledger.acknowledgedCount());
    }

    private Set<SpanKey> spansOf(ServerProcess server, String trace, String when) throws Exception {
        Set<SpanKey> found = new HashSet<>();
        HttpResponse<byte[]> response = server.get(TRACES + trace);
        if (response.statusCode() == 404) {
            return found;
        }
        assertThat(response.statusCode()).as("trace %s %s", trace, when).isEqualTo(200);
        JsonNode body = JSON.readTree(response.body());
        for (JsonNode span : body.findValues("spans").stream()
                .flatMap(list -> list.valueStream())
                .toList()) {
            SpanKey key = new SpanKey(
                    span.path("traceId").asText(), span.path("spanId").asText());
            assertThat(found.add(key)).as("%s stands twice %s", key, when).isTrue();
            Span sent = ledger.sent(key).orElseThrow(() -> new AssertionError(key + " was never sent, " + when));
            assertThat(span.path("name").asText()).as("%s %s", key, when).isEqualTo(sent.getName());
            assertThat(span.path("startTimeUnixNano").asLong()).isEqualTo(sent.getStartTimeUnixNano());
            assertThat(span.path("endTimeUnixNano").asLong()).isEqualTo(sent.getEndTimeUnixNano());
            assertThat(span.path("attributes")
                            .path(0)
                            .path("value")
                            .path("stringValue")
                            .asText())
                    .as("%s %s", key, when)
                    .isEqualTo(sent.getAttributes(0).getValue().getStringValue());
        }
        return found;
    }
}

package io.clew.quality.exactness;

import static io.clew.quality.exactness.Spans.SECOND;
import static io.clew.quality.exactness.Spans.T;
import static io.clew.quality.exactness.Spans.span;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clew.quality.crash.ServerProcess;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * However late, in however many pieces and however often its spans come, over stops and kills between them, a trace is
 * answered as if it had come at once; and one whose root never comes is answered as far as it is known.
 */
class PiecesTest {
    private static final int SPANS = 60;

    @TempDir
    Path data;

    private ServerProcess server;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        server = ServerProcess.start(data);
        client = new Client(server);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    /** Between: what is unflushed becomes a block. */
    private void stopAndStart() throws Exception {
        server.terminate();
        assertThat(server.awaitExit()).as(server.output()).isZero();
        stop();
        start();
    }

    /** Between: what is unflushed is replayed from the log. */
    private void killAndStart() throws Exception {
        server.kill9();
        stop();
        start();
    }

    /** A tree: span 1 is the root, each other's parent is the one of half its number; one in ten failed. */
    private static List<Span> tree(long trace) {
        List<Span> spans = new ArrayList<>();
        for (int id = 1; id <= SPANS; id++) {
            Span.Builder one = span(trace, id, id / 2, "step " + id, T + id * SECOND, T + (200 - id) * SECOND);
            if (id % 10 == 0) {
                one.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
            }
            spans.add(one.addAttributes(Spans.number("number", id)).build());
        }
        return spans;
    }

    private JsonNode summaryWithoutId(long trace) throws Exception {
        ObjectNode summary = client.summary(trace).deepCopy();
        summary.remove(List.of("traceId", "matchedSpans"));
        return summary;
    }

    @Test
    void shuffledPiecesOverRestartsEqualOneShot() throws Exception {
        long seed = 20260301;
        long whole = 1;
        long pieces = 2;
        client.send("shop", tree(whole));
        List<Span> shuffled = new ArrayList<>(tree(pieces));
        Collections.shuffle(shuffled, new Random(seed));
        // The root comes last, so that until then the trace has none.
        shuffled.removeIf(one -> one.getParentSpanId().isEmpty());
        shuffled.add(tree(pieces).getFirst());
        client.send("shop", shuffled.subList(0, 15));
        stopAndStart();
        client.send("shop", shuffled.subList(15, 30));
        killAndStart();
        client.send("shop", shuffled.subList(30, 45));
        client.send("shop", shuffled.subList(45, 59));
        assertThat(client.summary(pieces).path("rootName").isNull()).isTrue();
        assertThat(client.summary(pieces).path("spanCount").asInt()).isEqualTo(SPANS - 1);
        stopAndStart();
        client.send("shop", shuffled.subList(59, SPANS));

        for (String when : List.of("with the last piece in the head", "all in blocks")) {
            if (when.equals("all in blocks")) {
                stopAndStart();
            }
            assertThat(summaryWithoutId(pieces)).as(when).isEqualTo(summaryWithoutId(whole));
            assertThat(client.spans(pieces)).as(when).hasSize(SPANS);
            for (String query : List.of(
                    "{ trace:rootName = \"step 1\" && span.number = 60 }",
                    "{ trace:rootService = \"shop\" && name = \"step 7\" }",
                    "{ trace:duration = 198s }",
                    "{ span:childCount = 2 && span.number = 29 }",
                    "{ span:childCount = 1 && span.number = 30 }",
                    "{ status = error && span.number = 50 } && { name = \"step 1\" }")) {
                assertThat(client.found(query)).as("%s %s", query, when).containsExactly(whole, pieces);
            }
            assertThat(client.search("{ true }").path("traces").findValuesAsText("matchedCount"))
                    .as(when)
                    .containsOnly(String.valueOf(SPANS));
            assertThat(client.status("spansStored")).as(when).isEqualTo(2 * SPANS);
            assertThat(client.status("tracesStored")).as(when).isEqualTo(2);
        }
    }

    @Test
    void aTraceWhoseRootNeverCameIsAnsweredAsFarAsItIsKnown() throws Exception {
        long orphan = 3;
        List<Span> spans = tree(orphan).subList(1, SPANS);
        client.send("shop", spans);
        for (int round = 0; round < 2; round++) {
            if (round > 0) {
                stopAndStart();
            }
            JsonNode summary = client.summary(orphan);
            assertThat(summary.path("rootName").isNull()).isTrue();
            assertThat(summary.path("rootService").isNull()).isTrue();
            assertThat(summary.path("spanCount").asInt()).isEqualTo(SPANS - 1);
            assertThat(summary.path("start").asLong()).isEqualTo(T + 2 * SECOND);
            assertThat(summary.path("duration").asLong()).isEqualTo(196 * SECOND);
            assertThat(client.found("{ trace:rootName = \"\" }")).containsExactly(orphan);
            assertThat(client.found("{ trace:rootName = \"step 1\" }")).isEmpty();
            // The subtree is whole: its counts are those of its own spans.
            assertThat(client.found("{ span:childCount = 2 && span.number = 2 }"))
                    .containsExactly(orphan);
            assertThat(client.found("{ span:parentID = \"" + Spans.spanHex(1) + "\" && span.number = 3 }"))
                    .containsExactly(orphan);
        }
        client.send("shop", tree(orphan).subList(0, 1));
        assertThat(client.found("{ trace:rootName = \"step 1\" && trace:rootService = \"shop\" }"))
                .containsExactly(orphan);
    }

    @Test
    void whatIsSentAgainIsStoredOnceHoweverItIsCut() throws Exception {
        long trace = 4;
        List<Span> spans = tree(trace);
        client.send("shop", spans);
        client.send("shop", spans);
        stopAndStart();
        List<Span> shuffled = new ArrayList<>(spans);
        Collections.shuffle(shuffled, new Random(4));
        client.send("shop", shuffled.subList(0, 20));
        killAndStart();
        client.send("shop", shuffled.subList(10, 50));
        List<Span> twice = new ArrayList<>(shuffled.subList(40, SPANS));
        twice.addAll(shuffled.subList(40, SPANS));
        client.send("shop", twice);
        assertThat(client.status("spansStored")).isEqualTo(SPANS);
        assertThat(client.status("spansRepeated")).isEqualTo(40 + 40);
        assertThat(client.spans(trace)).hasSize(SPANS);
        // Another content under the same id is no repeat: nothing that was sent is lost.
        client.send(
                "shop", List.of(spans.getLast().toBuilder().setName("changed").build()));
        client.send("another service", spans.subList(SPANS - 1, SPANS));
        assertThat(client.status("spansStored")).isEqualTo(SPANS + 2);
        assertThat(client.spans(trace)).hasSize(SPANS + 2);
    }
}

package io.clew.quality.exactness;

import static io.clew.quality.exactness.Spans.SECOND;
import static io.clew.quality.exactness.Spans.T;
import static io.clew.quality.exactness.Spans.number;
import static io.clew.quality.exactness.Spans.span;
import static io.clew.quality.exactness.Spans.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clew.quality.crash.ServerProcess;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Odd trees, odd sizes, odd types and odd times are kept as sent, counted and found: at once and after a restart. */
class OddTracesTest {
    @TempDir
    static Path data;

    private static final List<Questions> ASKED = new ArrayList<>();

    private static ServerProcess server;
    private static Client client;

    /** What is asked of the spans that a test sent. */
    private interface Questions {
        void ask() throws Exception;
    }

    @BeforeAll
    static void start() throws Exception {
        server = ServerProcess.start(data);
        client = new Client(server);
    }

    /** Everything that was asked of the head is asked of blocks. */
    @AfterAll
    static void askAgainAfterARestart() throws Exception {
        server.terminate();
        assertThat(server.awaitExit()).as(server.output()).isZero();
        client.close();
        server.close();
        start();
        try {
            for (Questions questions : ASKED) {
                questions.ask();
            }
        } finally {
            client.close();
            server.close();
        }
    }

    private static void twice(Questions questions) throws Exception {
        ASKED.add(questions);
        questions.ask();
    }

    @Test
    void clientAndServerMayShareAnId() throws Exception {
        long trace = 0x100;
        Span.Builder shared = span(trace, 2, 1, "GET /cart", T, T + SECOND);
        client.send("cart", List.of(shared.build()));
        client.send(
                "shop",
                List.of(
                        span(trace, 1, 0, "root", T, T + SECOND).build(),
                        shared.setKind(Span.SpanKind.SPAN_KIND_CLIENT).build(),
                        span(trace, 3, 2, "below", T, T + SECOND).build()));
        twice(() -> {
            assertThat(client.spans(trace)).hasSize(4);
            assertThat(client.summary(trace).path("spanCount").asInt()).isEqualTo(4);
            assertThat(client.found("{ kind = client && name = \"GET /cart\" && span:id = \"2\" }"))
                    .containsExactly(trace);
            assertThat(client.found("{ kind = server && resource.service.name = \"cart\" && span:id = \"2\" }"))
                    .containsExactly(trace);
        });
    }

    @Test
    void parentsMayGoRoundInCircles() throws Exception {
        long self = 0x200;
        long circle = 0x201;
        client.send(
                "odd", List.of(span(self, 7, 7, "its own parent", T, T + SECOND).build()));
        client.send(
                "odd",
                List.of(
                        span(circle, 1, 3, "circle a", T, T + SECOND).build(),
                        span(circle, 2, 1, "circle b", T, T + SECOND).build(),
                        span(circle, 3, 2, "circle c", T, T + SECOND).build(),
                        span(circle, 4, 3, "circle leaf", T, T + SECOND).build()));
        twice(() -> {
            assertThat(client.spans(self)).hasSize(1);
            assertThat(client.spans(circle)).hasSize(4);
            assertThat(client.summary(self).path("rootName").isNull()).isTrue();
            assertThat(client.summary(circle).path("rootName").isNull()).isTrue();
            // It has a parent, so it is no root; but it is nobody's child but its own.
            assertThat(client.found("{ name = \"its own parent\" && span:childCount = 0 }"))
                    .containsExactly(self);
            assertThat(client.found("{ name = \"circle c\" && span:childCount = 2 }"))
                    .containsExactly(circle);
            assertThat(client.found("{ name = \"circle leaf\" && span:childCount = 0 }"))
                    .containsExactly(circle);
            assertThat(client.found("{ name =~ \"circle.*\" && trace:rootName = \"\" }"))
                    .containsExactly(circle);
        });
    }

    @Test
    void aTraceMayHaveAHundredThousandSpans() throws Exception {
        long trace = 0x300;
        int count = 100_000;
        for (int from = 1; from <= count; from += 5_000) {
            List<Span> spans = new ArrayList<>();
            for (int id = from; id < from + 5_000; id++) {
                spans.add(
                        span(trace, id, id == 1 ? 0 : id <= 1_000 ? id - 1 : id % 1_000 + 1, "huge", T + id, T + SECOND)
                                .build());
            }
            client.send("huge", spans);
        }
        twice(() -> {
            Set<String> ids = new HashSet<>();
            client.spans(trace).forEach(one -> ids.add(one.path("spanId").asText()));
            assertThat(ids).hasSize(count).contains(Spans.spanHex(count));
            JsonNode found = client.search("{ name = \"huge\" }").path("traces").path(0);
            assertThat(found.path("spanCount").asInt()).isEqualTo(count);
            assertThat(found.path("matchedCount").asInt()).isEqualTo(count);
            assertThat(client.found("{ name = \"huge\" && span:id = \"" + Spans.spanHex(count) + "\" }"))
                    .containsExactly(trace);
            assertThat(client.found("{ name = \"huge\" && span:childCount = 100 }"))
                    .containsExactly(trace);
        });
    }

    @Test
    void aSpanMayHaveAThousandAttributesOrOneOfAMegabyte() throws Exception {
        long trace = 0x400;
        Span.Builder wide = span(trace, 1, 0, "wide", T, T + SECOND);
        for (int i = 0; i < 1_000; i++) {
            wide.addAttributes(i % 2 == 0 ? text("key." + i, "value " + i) : number("key." + i, i));
        }
        String megabyte = "0123456789abcdef".repeat(1 << 16);
        client.send(
                "odd",
                List.of(
                        wide.build(),
                        span(trace, 2, 1, "long", T, T + SECOND)
                                .addAttributes(text("body", megabyte + "needle"))
                                .build()));
        twice(() -> {
            List<JsonNode> spans = client.spans(trace);
            JsonNode first = spans.stream()
                    .filter(one -> one.path("name").asText().equals("wide"))
                    .findFirst()
                    .orElseThrow();
            Map<String, String> attributes = new HashMap<>();
            first.path("attributes")
                    .forEach(one -> attributes.put(
                            one.path("key").asText(),
                            one.path("value").path("stringValue").asText()
                                    + one.path("value").path("intValue").asText()));
            assertThat(attributes)
                    .hasSize(1_000)
                    .containsEntry("key.998", "value 998")
                    .containsEntry("key.999", "999");
            JsonNode second = spans.stream()
                    .filter(one -> one.path("name").asText().equals("long"))
                    .findFirst()
                    .orElseThrow();
            assertThat(second.path("attributes")
                            .path(0)
                            .path("value")
                            .path("stringValue")
                            .asText())
                    .isEqualTo(megabyte + "needle");
            assertThat(client.found("{ span.key.998 = \"value 998\" && span.key.999 = 999 }"))
                    .containsExactly(trace);
            assertThat(client.found("{ span.key.999 = 998 }")).isEmpty();
            assertThat(client.found("{ span.body =~ \".*needle\" }")).containsExactly(trace);
        });
    }

    @Test
    void oneNameMayHaveSeveralTypes() throws Exception {
        long asInt = 0x500;
        long asText = 0x501;
        client.send(
                "counts",
                List.of(span(asInt, 1, 0, "typed", T, T + SECOND)
                        .addAttributes(number("reply.code", 200))
                        .build()));
        client.send(
                "writes",
                List.of(span(asText, 1, 0, "typed", T, T + SECOND)
                        .addAttributes(text("reply.code", "200"))
                        .build()));
        twice(() -> {
            assertThat(client.found("{ .reply.code = 200 }")).containsExactly(asInt);
            assertThat(client.found("{ span.reply.code >= 200 }")).containsExactly(asInt);
            assertThat(client.found("{ .reply.code = \"200\" }")).containsExactly(asText);
            assertThat(client.found("{ span.reply.code =~ \"2..\" }")).containsExactly(asText);
            assertThat(client.found("{ .reply.code = 200 || .reply.code = \"200\" }"))
                    .containsExactly(asInt, asText);
            assertThat(client.found("{ name = \"typed\" && span.reply.code != nil }"))
                    .containsExactly(asInt, asText);
            // A comparison that does not fit the type is false, and so its negation holds.
            assertThat(client.found("{ name = \"typed\" && !(span.reply.code = 200) }"))
                    .containsExactly(asText);
            assertThat(client.found("{ span.reply.code != 200 }")).isEmpty();
        });
    }

    @Test
    void clocksMayBeWrong() throws Exception {
        long skewed = 0x600;
        long backwards = 0x601;
        long timeless = 0x602;
        long future = 0x603;
        long farFuture = Long.MIN_VALUE + 7;
        client.send(
                "clocks",
                List.of(
                        span(skewed, 1, 0, "skewed root", T, T + SECOND).build(),
                        span(skewed, 2, 1, "skewed child", T - 5 * SECOND, T - 4 * SECOND)
                                .build(),
                        span(backwards, 1, 0, "backwards", T + 10 * SECOND, T + 9 * SECOND)
                                .build(),
                        span(timeless, 1, 0, "timeless", 0, 0).build(),
                        span(future, 1, 0, "far future", farFuture, -1).build(),
                        span(future, 2, 1, "in time", T, T + SECOND).build()));
        twice(() -> {
            JsonNode summary = client.summary(skewed);
            assertThat(summary.path("start").asLong()).isEqualTo(T - 5 * SECOND);
            assertThat(summary.path("duration").asLong()).isEqualTo(6 * SECOND);
            assertThat(summary.path("rootName").asText()).isEqualTo("skewed root");
            assertThat(client.found("{ trace:duration = 6s && name = \"skewed child\" }"))
                    .containsExactly(skewed);

            assertThat(client.summary(backwards).path("duration").asLong()).isZero();
            assertThat(client.found("{ name = \"backwards\" && duration = 0ns }"))
                    .containsExactly(backwards);
            assertThat(client.spans(backwards)
                            .getFirst()
                            .path("endTimeUnixNano")
                            .asLong())
                    .isEqualTo(T + 9 * SECOND);

            // Without a time a trace is in no window, but it is there.
            assertThat(client.found("{ name = \"timeless\" }")).containsExactly(timeless);
            assertThat(client.found("{ name = \"timeless\" }", window(0, Long.MAX_VALUE)))
                    .isEmpty();
            assertThat(client.spans(timeless)).hasSize(1);

            // Times beyond the signed range are kept as sent and do not move the trace.
            assertThat(client.spans(future).stream()
                            .filter(one -> one.path("name").asText().equals("far future"))
                            .findFirst()
                            .orElseThrow()
                            .path("startTimeUnixNano")
                            .asText())
                    .isEqualTo(Long.toUnsignedString(farFuture));
            assertThat(client.summary(future).path("start").asLong()).isEqualTo(T);
            assertThat(client.summary(future).path("duration").asLong()).isEqualTo(SECOND);
            assertThat(client.found("{ name = \"far future\" }", window(T, T))).containsExactly(future);
            // One bad clock does not make others be found where they are not.
            assertThat(client.found("{ name = \"backwards\" }", window(T, T + 8 * SECOND)))
                    .isEmpty();
        });
    }

    @Test
    void windowsIncludeBothOfTheirEdges() throws Exception {
        long early = 0x700;
        long late = 0x701;
        long from = T + 1000 * SECOND;
        long to = from + SECOND;
        client.send(
                "edges",
                List.of(
                        span(early, 1, 0, "edge", from - 7, from).build(),
                        span(late, 1, 0, "edge", to, to + 9).build()));
        twice(() -> {
            String query = "{ name = \"edge\" }";
            assertThat(client.found(query, window(from, to))).containsExactly(early, late);
            assertThat(client.found(query, window(from + 1, to))).containsExactly(late);
            assertThat(client.found(query, window(from, to - 1))).containsExactly(early);
            assertThat(client.found(query, window(from + 1, to - 1))).isEmpty();
            assertThat(client.found(query, window(from - 3, from - 3))).containsExactly(early);
            assertThat(client.found(query, window(from - 8, from - 8))).isEmpty();
            assertThat(client.found(query, "&start=" + (from + 1))).containsExactly(late);
            assertThat(client.found(query, "&end=" + (to - 1))).containsExactly(early);
            // Whether a span matches is asked of the whole trace, also of its spans outside of the window.
            assertThat(client.found("{ name = \"edge\" && duration = 9ns }", window(to, to)))
                    .containsExactly(late);
        });
    }

    private static String window(long start, long end) {
        return "&start=" + start + "&end=" + end;
    }
}

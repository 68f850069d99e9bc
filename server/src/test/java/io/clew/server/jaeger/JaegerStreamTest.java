package io.clew.server.jaeger;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clew.server.life.Intercepted;
import io.clew.server.life.Requests;
import io.clew.server.life.RunningServer;
import io.clew.server.net.Door;
import io.clew.store.Snapshot;
import io.clew.store.Snapshot.TraceCursor;
import io.clew.store.TraceStore;
import io.clew.store.kit.NaiveTraceStore;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A search of Jaeger's, whatever its limit, holds one trace at a time and reads each once. */
class JaegerStreamTest {
    private static final int TRACES = 40;
    /** More than the first piece of an answer takes. */
    private static final int BEFORE_THE_CLIENT_READS = 30;

    @Test
    void tracesGoOutBeforeAllAreRead() throws Exception {
        CountDownLatch arriving = new CountDownLatch(1);
        AtomicInteger readById = new AtomicInteger();
        try (HttpClient client = HttpClient.newHttpClient();
                RunningServer server = RunningServer.over(_ -> store(arriving, readById))) {
            for (int trace = 1; trace <= TRACES; trace++) {
                server.post(
                        "/v1/traces",
                        Requests.of(
                                        "shop",
                                        Requests.span(trace, 1)
                                                .setStartTimeUnixNano(Requests.START + trace)
                                                .addAttributes(Requests.text("filler", "x".repeat(8 << 10)))
                                                .build())
                                .toByteArray(),
                        "Content-Type",
                        "application/x-protobuf");
            }
            String search = "/api/traces?service=shop&limit=" + Integer.MAX_VALUE + "&start=" + Requests.START / 1000
                    + "&end=" + (Requests.START / 1000 + 60_000_000);
            HttpResponse<InputStream> answer = client.send(
                    HttpRequest.newBuilder(server.uri(Door.UI, search)).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            try (InputStream body = answer.body()) {
                String first = new String(body.readNBytes(1 << 10), StandardCharsets.UTF_8);
                arriving.countDown();
                String whole = first + new String(body.readAllBytes(), StandardCharsets.UTF_8);
                List<String> ids = new ArrayList<>();
                for (JsonNode trace : new ObjectMapper().readTree(whole).get("data")) {
                    ids.add(trace.get("traceID").asText());
                }
                List<String> newestFirst = new ArrayList<>();
                for (int trace = TRACES; trace >= 1; trace--) {
                    newestFirst.add(Requests.traceId(trace));
                }
                assertThat(ids).isEqualTo(newestFirst);
            }
            assertThat(readById).hasValue(0);
        }
    }

    /** A store whose search goes on to the end only when the client has something in its hands. */
    private static TraceStore store(CountDownLatch arriving, AtomicInteger readById) {
        return Intercepted.of(TraceStore.class, new NaiveTraceStore(), (method, call) -> {
            Object answer = call.goOn();
            return method.getName().equals("snapshot")
                    ? snapshot((Snapshot) requireNonNull(answer), arriving, readById)
                    : answer;
        });
    }

    private static Snapshot snapshot(Snapshot snapshot, CountDownLatch arriving, AtomicInteger readById) {
        return Intercepted.of(Snapshot.class, snapshot, (method, call) -> {
            if (method.getName().equals("trace")) {
                readById.incrementAndGet();
            }
            Object answer = call.goOn();
            return method.getName().equals("search") ? cursor((TraceCursor) requireNonNull(answer), arriving) : answer;
        });
    }

    private static TraceCursor cursor(TraceCursor cursor, CountDownLatch arriving) {
        AtomicInteger read = new AtomicInteger();
        return Intercepted.of(TraceCursor.class, cursor, (method, call) -> {
            if (method.getName().equals("next") && read.incrementAndGet() > BEFORE_THE_CLIENT_READS) {
                assertThat(arriving.await(2, TimeUnit.MINUTES)).isTrue();
            }
            return call.goOn();
        });
    }
}

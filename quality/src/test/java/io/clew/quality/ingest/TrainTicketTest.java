package io.clew.quality.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clew.ingest.TrainTicket;
import io.clew.quality.crash.ServerProcess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All of Train-Ticket through the real server: what it says it stores, and every trace read back, equal an independent
 * count; the same after kill -9 in the middle of posting and posting again what was not acknowledged, and after posting
 * everything again.
 */
class TrainTicketTest {
    private static final int KILLED_AFTER = 20;

    @TempDir
    Path data;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void everySpanIsStoredOnceWhateverHappens() throws Exception {
        Set<String> acknowledged = new HashSet<>();
        try (ServerProcess server = ServerProcess.start(data)) {
            CompletableFuture<?> underWay = null;
            for (String file : TrainTicket.FILES.subList(0, KILLED_AFTER)) {
                if (acknowledged.size() == KILLED_AFTER - 1) {
                    underWay = client.sendAsync(request(server, file), HttpResponse.BodyHandlers.discarding());
                } else {
                    assertThat(post(server, file)).isEqualTo(200);
                    acknowledged.add(file);
                }
            }
            server.kill9();
            assertThat(underWay).isNotNull();
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            for (String file : TrainTicket.FILES) {
                if (!acknowledged.contains(file)) {
                    assertThat(post(server, file)).isEqualTo(200);
                }
            }
            check(server);
            for (String file : TrainTicket.FILES) {
                assertThat(post(server, file)).isEqualTo(200);
            }
            check(server);
            assertThat(server.getJson("/clew/api/v1/status")
                            .path("spansReceived")
                            .asLong())
                    .as("received since the restart")
                    .isGreaterThan(TrainTicket.RECORDS);
        }
    }

    @Test
    void aFreshServerCountsWhatItReceives() throws Exception {
        try (ServerProcess server = ServerProcess.start(data)) {
            for (String file : TrainTicket.FILES) {
                assertThat(post(server, file)).isEqualTo(200);
            }
            JsonNode status = server.getJson("/clew/api/v1/status");
            assertThat(status.path("spansReceived").asLong()).isEqualTo(TrainTicket.RECORDS);
            assertThat(status.path("spansRepeated").asLong()).isEqualTo(TrainTicket.RECORDS - TrainTicket.SPANS);
            check(server);
        }
    }

    private void check(ServerProcess server) throws Exception {
        JsonNode status = server.getJson("/clew/api/v1/status");
        assertThat(status.path("spansStored").asLong()).isEqualTo(TrainTicket.SPANS);
        assertThat(status.path("tracesStored").asLong()).isEqualTo(TrainTicket.TRACES);
        Map<String, Integer> byService = new TreeMap<>();
        Set<String> ids = traceIds();
        assertThat(ids).hasSize(TrainTicket.TRACES);
        for (String id : ids) {
            for (JsonNode resource : server.getJson("/clew/api/v1/traces/" + id).path("resourceSpans")) {
                int spans = 0;
                for (JsonNode scope : resource.path("scopeSpans")) {
                    spans += scope.path("spans").size();
                }
                byService.merge(service(resource), spans, Integer::sum);
            }
        }
        assertThat(byService).isEqualTo(TrainTicket.spansByService());
    }

    private static String service(JsonNode resource) {
        for (JsonNode attribute : resource.path("resource").path("attributes")) {
            if (attribute.path("key").asText().equals("service.name")) {
                return attribute.path("value").path("stringValue").asText();
            }
        }
        throw new AssertionError("a resource without service.name");
    }

    /** The ids of all traces, read by the official classes. */
    private static Set<String> traceIds() throws IOException {
        Set<String> ids = new TreeSet<>();
        for (String file : TrainTicket.FILES) {
            for (ResourceSpans resource : ExportTraceServiceRequest.parseFrom(TrainTicket.protobuf(file))
                    .getResourceSpansList()) {
                for (ScopeSpans scope : resource.getScopeSpansList()) {
                    for (Span span : scope.getSpansList()) {
                        ids.add(HexFormat.of().formatHex(span.getTraceId().toByteArray()));
                    }
                }
            }
        }
        return ids;
    }

    private int post(ServerProcess server, String file) throws Exception {
        return client.send(request(server, file), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static HttpRequest request(ServerProcess server, String file) {
        return HttpRequest.newBuilder(server.uri("otlp-http", "/v1/traces"))
                .header("Content-Type", "application/x-protobuf")
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(TrainTicket.gzip(file)))
                .build();
    }
}

package io.clew.server.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.server.net.Door;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The shortest way of a span through the whole server. */
class FirstLightTest {
    @Test
    void aSpanThatWasPostedIsCounted() throws IOException {
        try (RunningServer server = RunningServer.inMemory()) {
            assertThat(server.get("/ready").statusCode()).isEqualTo(200);
            var answer = server.post(
                    "/v1/traces",
                    ExportTraceServiceRequest.getDefaultInstance().toByteArray(),
                    "Content-Type",
                    "application/x-protobuf");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(server.get("/clew/api/v1/status").body()).contains("\"spansStored\":0");
            assertThat(server.get("/metrics").body())
                    .contains("clew_spans_stored 0.0", "clew_store_writable 1.0", "clew_store_trouble 0.0")
                    .containsPattern("clew_disk_free_bytes [1-9]");
            assertThat(server.port(Door.UI)).isPositive();
        }
    }
}

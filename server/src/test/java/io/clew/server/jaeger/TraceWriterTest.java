package io.clew.server.jaeger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clew.model.SourceProtocol;
import io.clew.model.SpanBatch;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.model.ValueType;
import io.clew.store.ReadControl;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A large trace in which every span has a resource row of its own, some of them equal. */
class TraceWriterTest {
    private static final int SPANS = 20_000;
    private static final int SERVICES = 10_000;

    @Test
    void equalResourcesAreOneProcessAndTheDeadlineIsLookedAt() throws IOException {
        SpanBatch spans = new SpanBatch();
        spans.beginScope();
        int key = spans.dictionary().intern("service.name");
        for (int i = 0; i < SPANS; i++) {
            int resource = spans.beginResource();
            spans.resourceAttributes()
                    .add(key, ValueType.STRING, spans.dictionary().intern("s" + i % SERVICES));
            int row = spans.beginSpan(resource, 0, 1, SourceProtocol.NONE);
            spans.setTraceId(row, 0, 1);
            spans.setSpanId(row, i + 1);
            spans.setStart(row, 1_000 + i);
        }
        AtomicInteger checks = new AtomicInteger();
        ReadControl control = new ReadControl(System.nanoTime() + Long.MAX_VALUE / 2, () -> {
            checks.incrementAndGet();
            return false;
        });
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            TraceWriter.write(new Trace(new TraceId(0, 1), spans), List.of(), control, json);
        }
        assertThat(checks.get()).isGreaterThanOrEqualTo(SPANS / 1_024);
        JsonNode trace = new ObjectMapper().readTree(text.toString());
        assertThat(trace.get("processes")).hasSize(SERVICES);
        for (int i = 0; i < SPANS; i++) {
            String process = trace.get("spans").get(i).get("processID").asText();
            assertThat(trace.get("processes").get(process).get("serviceName").asText())
                    .isEqualTo("s" + i % SERVICES);
        }
    }
}

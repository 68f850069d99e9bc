package io.clew.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.JsonFormat;
import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Random batches written, and read back by the official classes. */
class WritersTest {
    @Property(seed = "20261130", tries = 60)
    void protobufReadsBackOfficiallyAndByTheDecoder(@ForAll long seed) throws Exception {
        SpanBatch batch = spans(seed);
        byte[] written = new OtlpProtobufWriter().write(batch);
        List<Rows.Row> expected = Rows.of(batch);
        assertThat(counted(Rows.of(TracesData.parseFrom(written)))).isEqualTo(counted(expected));
        assertThat(counted(Rows.of(Requests.protobuf(written).batch()))).isEqualTo(counted(expected));
    }

    @Property(seed = "20261131", tries = 60)
    void jsonReadsBackOfficially(@ForAll long seed) throws Exception {
        SpanBatch batch = spans(seed);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        OtlpJsonWriter.write(batch, written);
        assertThat(withoutSignOfZero(Rows.of(parse(written.toString(StandardCharsets.UTF_8)))))
                .containsExactlyInAnyOrderElementsOf(withoutSignOfZero(Rows.of(batch)));
    }

    @Property(seed = "20261132", tries = 60)
    void jsonReadsBackByTheDecoder(@ForAll long seed) throws Exception {
        SpanBatch batch = spans(seed);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        OtlpJsonWriter.write(batch, written);
        Requests.Decoded read = Requests.json(written.toString(StandardCharsets.UTF_8));
        assertThat(read.refusals().firstMessage()).isNull();
        assertThat(counted(Rows.of(read.batch()))).isEqualTo(counted(Rows.of(batch)));
    }

    /** The official JSON parser reads -0.0 as 0.0. */
    private static List<String> withoutSignOfZero(List<Rows.Row> rows) {
        return rows.stream().map(r -> r.toString().replace("-0.0", "0.0")).toList();
    }

    @Test
    void equalResourcesAndScopesStandTogether() throws Exception {
        SpanBatch batch = new SpanBatch();
        for (int i = 0; i < 3; i++) {
            int resource = batch.beginResource();
            batch.resourceAttributes()
                    .add(
                            batch.dictionary().intern("service.name"),
                            (byte) 1,
                            batch.dictionary().intern(i == 1 ? "b" : "a"));
            int scope = batch.beginScope();
            batch.setScopeName(scope, batch.dictionary().intern("s"));
            int span = batch.beginSpan(resource, scope, 0, (byte) 1);
            batch.setTraceId(span, 1, 2);
            batch.setSpanId(span, 0xABCDEF + i);
        }
        TracesData data = TracesData.parseFrom(new OtlpProtobufWriter().write(batch));
        assertThat(data.getResourceSpansList())
                .extracting(r -> r.getScopeSpansList().stream()
                        .map(ScopeSpans::getSpansCount)
                        .toList())
                .containsExactly(List.of(2), List.of(1));
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        OtlpJsonWriter.write(batch, json);
        assertThat(json.toString(StandardCharsets.UTF_8))
                .contains("\"traceId\":\"00000000000000010000000000000002\",\"spanId\":\"0000000000abcdef\"")
                .containsOnlyOnce("\"stringValue\":\"b\"")
                .containsOnlyOnce("\"stringValue\":\"a\"");
    }

    /** OTLP JSON by the official parser, which takes hexadecimal ids for Base64. */
    static TracesData parse(String json) throws Exception {
        TracesData.Builder data = TracesData.newBuilder();
        JsonFormat.parser().merge(json, data);
        for (ResourceSpans.Builder resource : data.getResourceSpansBuilderList()) {
            for (ScopeSpans.Builder scope : resource.getScopeSpansBuilderList()) {
                for (Span.Builder span : scope.getSpansBuilderList()) {
                    span.setTraceId(unhex(span.getTraceId()))
                            .setSpanId(unhex(span.getSpanId()))
                            .setParentSpanId(unhex(span.getParentSpanId()));
                    for (Span.Link.Builder link : span.getLinksBuilderList()) {
                        link.setTraceId(unhex(link.getTraceId())).setSpanId(unhex(link.getSpanId()));
                    }
                }
            }
        }
        return data.build();
    }

    private static ByteString unhex(ByteString read) {
        return ByteString.copyFrom(HexFormat.of().parseHex(Base64.getEncoder().encodeToString(read.toByteArray())));
    }

    static SpanBatch spans(long seed) {
        return new RandomSpans(seed).oddities(0.3).batch(40);
    }

    static Map<Rows.Row, Integer> counted(List<Rows.Row> rows) {
        Map<Rows.Row, Integer> counts = new HashMap<>();
        rows.forEach(row -> counts.merge(row, 1, Integer::sum));
        return counts;
    }
}

package io.clew.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.clew.ingest.BusyException;
import io.clew.ingest.ByteBudget;
import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals;
import io.clew.model.Refusals.Reason;
import io.clew.model.SourceProtocol;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each thing wrong with a protobuf request costs, what is said of it, and that nothing else is lost. */
class ProtobufDecoderTest {
    /** Stands for bytes that are not UTF-8 until the request is encoded. */
    private static final String BAD = "\u0001\u0001";

    @Test
    void badIdsRefuseTheirSpanAlone() throws Exception {
        refused(
                s -> s.setTraceId(bytes(15)),
                Reason.TRACE_ID,
                ".trace_id: trace_id must have 16 bytes, this one has 15");
        refused(
                s -> s.setTraceId(ByteString.copyFrom(new byte[16])),
                Reason.TRACE_ID,
                ".trace_id: trace_id is all zeros");
        refused(Span.Builder::clearTraceId, Reason.TRACE_ID, ": trace_id is missing, it must have 16 bytes");
        refused(s -> s.setSpanId(bytes(9)), Reason.SPAN_ID, ".span_id: span_id must have 8 bytes, this one has 9");
        refused(Span.Builder::clearSpanId, Reason.SPAN_ID, ": span_id is missing, it must have 8 bytes");
        refused(
                s -> s.setParentSpanId(bytes(4)),
                Reason.PARENT_ID,
                ".parent_span_id: a parent's id has 8 bytes or none, this one has 4");
        refused(
                s -> s.addLinksBuilder().setTraceId(bytes(3)),
                Reason.LINK_ID,
                ".links[0].trace_id: a link's trace_id has 16 bytes and its span_id 8, or none; this one has 3");
        refused(
                s -> s.addLinks(Span.Link.getDefaultInstance())
                        .addLinksBuilder()
                        .setSpanId(bytes(16)),
                Reason.LINK_ID,
                ".links[1].span_id: a link's trace_id has 16 bytes and its span_id 8, or none; this one has 16");
    }

    @Test
    void textThatIsNotUtf8RefusesItsSpanAlone() throws Exception {
        String message = ": not valid UTF-8: byte 0xff at position 1 of 3";
        refused(s -> s.setName("a" + BAD), Reason.UTF8, ".name" + message);
        refused(s -> s.setTraceState("a" + BAD), Reason.UTF8, ".trace_state" + message);
        refused(s -> s.getStatusBuilder().setMessage("a" + BAD), Reason.UTF8, ".status.message" + message);
        refused(s -> s.addAttributesBuilder().setKey("a" + BAD), Reason.UTF8, ".attributes[0].key" + message);
        refused(
                s -> s.addAttributesBuilder().getValueBuilder().setStringValue("a" + BAD),
                Reason.UTF8,
                ".attributes[0].value.string_value" + message);
        refused(s -> s.addEventsBuilder().setName("a" + BAD), Reason.UTF8, ".events[0].name" + message);
        refused(
                s -> s.addLinksBuilder().addAttributesBuilder().setKey("a" + BAD),
                Reason.UTF8,
                ".links[0].attributes[0].key" + message);
        refused(
                s -> s.addAttributesBuilder()
                        .getValueBuilder()
                        .getKvlistValueBuilder()
                        .addValuesBuilder()
                        .getValueBuilder()
                        .getArrayValueBuilder()
                        .addValuesBuilder()
                        .setStringValue("a" + BAD),
                Reason.UTF8,
                ".attributes[0].value.kvlist_value.values[0].value.array_value.values[0].string_value" + message);
    }

    @Test
    void whatIsWrongWithAnAttributeIsWrongEachTimeItComes() throws Exception {
        Span.Builder fine = good().setName("one");
        fine.addAttributesBuilder().setKey("key").getValueBuilder().setStringValue("a??");
        Span.Builder bad = good().setName("one");
        bad.addAttributesBuilder().setKey("key").getValueBuilder().setStringValue("a" + BAD);
        TracesData.Builder data = TracesData.newBuilder();
        data.addResourceSpansBuilder()
                .addScopeSpansBuilder()
                .addSpans(bad)
                .addSpans(bad)
                .addSpans(fine)
                .addSpans(fine)
                .addSpans(bad);
        Requests.Decoded read = Requests.protobuf(encode(data));
        assertThat(read.refusals().positions()).containsExactly(0, 1, 4);
        assertThat(read.refusals().count(Reason.UTF8)).isEqualTo(3);
        assertThat(Rows.of(read.batch()))
                .extracting(Rows.Row::span)
                .containsExactly(Plain.span(fine.build()), Plain.span(fine.build()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 99, 100, 101, 5_000})
    void valuesNestAHundredDeep(int depth) throws Exception {
        // An attribute whose value is arrays in arrays, written from the inside: AnyValue{array_value{values{...}}}.
        ByteString any = ByteString.EMPTY;
        for (int i = 0; i < depth; i++) {
            ByteString array = i == 0 ? ByteString.EMPTY : field(1, any);
            any = field(5, array);
        }
        byte[] span =
                good().build().toByteString().concat(field(9, field(2, any))).toByteArray();
        Requests.Decoded read = Requests.protobuf(request(span, good().build().toByteArray()));
        assertThat(read.refusals().count(Reason.DEPTH)).isEqualTo(depth > 100 ? 1 : 0);
        assertThat(read.batch().spanCount()).isEqualTo(depth > 100 ? 1 : 2);
    }

    @Test
    void aBadResourceOrScopeRefusesTheSpansUnderItAndCountsEach() throws Exception {
        TracesData.Builder data = TracesData.newBuilder();
        data.addResourceSpans(under("x", "y"));
        data.addResourceSpans(under(BAD, "y"));
        data.addResourceSpans(under("x", BAD));
        data.addResourceSpans(under("x", "y"));
        Requests.Decoded read = Requests.protobuf(encode(data));
        assertThat(read.refusals().positions()).containsExactly(2, 3, 4, 5);
        assertThat(read.refusals().count(Reason.UTF8)).isEqualTo(4);
        assertThat(read.batch().spanCount()).isEqualTo(4);
        assertThat(read.refusals().firstMessage())
                .isEqualTo(
                        "resource_spans[1].resource.attributes[0].key: not valid UTF-8: byte 0xff at position 0 of 2");
    }

    private static ResourceSpans.Builder under(String key, String scope) {
        ResourceSpans.Builder out = ResourceSpans.newBuilder();
        out.getResourceBuilder().addAttributesBuilder().setKey(key);
        var scopeSpans = out.addScopeSpansBuilder().addSpans(good()).addSpans(good());
        scopeSpans.getScopeBuilder().setVersion(scope);
        return out;
    }

    @Test
    void brokenBytesAreMalformedWithOffsetAndPath() throws Exception {
        byte[] span = good().setName("hello").build().toByteArray();
        byte[] whole = request(span);
        malformed(
                java.util.Arrays.copyOf(whole, whole.length - 1),
                "at byte 1 of " + (whole.length - 1) + ", in resource_spans[0]: a length of " + (whole.length - 2)
                        + " bytes runs past the end of its message, " + (whole.length - 3) + " bytes remain");
        int name = span.length - 7;
        String start = "at byte " + (whole.length - 7);
        malformed(
                request(with(span, name, 1 << 3 | 4)),
                start + " of " + whole.length
                        + ", in resource_spans[0].scope_spans[0].spans[0].trace_id: a group ends that was not begun");
        malformed(
                request(with(span, name, 2)),
                start + " of " + whole.length
                        + ", in resource_spans[0].scope_spans[0].spans[0]: a field has the number 0");
        malformed(
                request(with(span, name, 5 << 3 | 6)),
                start + " of " + whole.length
                        + ", in resource_spans[0].scope_spans[0].spans[0].name: there is no wire type 6");
        malformed(
                request(with(span, name, 5 << 3 | 3)),
                "in resource_spans[0].scope_spans[0].spans[0].name: a field has the number 0");
        byte[] varint = new byte[12];
        java.util.Arrays.fill(varint, (byte) 0xFF);
        varint[0] = 6 << 3;
        malformed(request(varint), "spans[0].kind: a varint is longer than 10 bytes");
    }

    @Test
    void replayRefusesTheGivenPositionsAndNoOthers() throws Exception {
        byte[] body = request(
                good().clearTraceId().build().toByteArray(),
                good().build().toByteArray(),
                good().build().toByteArray());
        Refusals refusals = new Refusals();
        refusals.replay(new int[] {1});
        SpanBatch batch = new SpanBatch();
        new OtlpProtobufDecoder(ByteBudget.unlimited()).decode(received(body), DecodeLimits.DEFAULT, batch, refusals);
        assertThat(batch.spanCount()).isEqualTo(2);
        assertThat(batch.traceId(0).isZero()).isTrue();
        assertThat(refusals.positions()).containsExactly(1);
    }

    @Test
    void columnsGrowWithinTheBudget() throws Exception {
        byte[] attribute = field(9, ByteString.EMPTY).toByteArray();
        ByteArrayOutputStream span = new ByteArrayOutputStream();
        for (int i = 0; i < 3_000_000; i++) {
            span.write(attribute);
        }
        byte[] body = request(span.toByteArray());
        ByteBudget budget = new ByteBudget(8 << 20);
        OtlpProtobufDecoder decoder = new OtlpProtobufDecoder(budget);
        assertThatThrownBy(() -> decoder.decode(received(body), DecodeLimits.DEFAULT, new SpanBatch(), new Refusals()))
                .isInstanceOfSatisfying(
                        MalformedRequestException.class,
                        e -> assertThat(e.reason()).isEqualTo(MalformedRequestException.Reason.TOO_LARGE));
        assertThat(budget.tryAcquire(7 << 20)).isTrue();
        assertThatThrownBy(() -> decoder.decode(received(body), DecodeLimits.DEFAULT, new SpanBatch(), new Refusals()))
                .isInstanceOf(BusyException.class);
        assertThat(budget.used()).isEqualTo(7 << 20);
    }

    private static void refused(Consumer<Span.Builder> change, Reason reason, String message) throws Exception {
        Span.Builder bad = good();
        change.accept(bad);
        TracesData.Builder data = TracesData.newBuilder();
        data.addResourceSpansBuilder().addScopeSpansBuilder().addSpans(good());
        data.addResourceSpansBuilder()
                .addScopeSpansBuilder()
                .addSpans(good())
                .addSpans(bad)
                .addSpans(good());
        Requests.Decoded read = Requests.protobuf(encode(data));
        assertThat(read.refusals().firstMessage()).isEqualTo("resource_spans[1].scope_spans[0].spans[1]" + message);
        assertThat(read.refusals().positions()).containsExactly(2);
        assertThat(read.refusals().count(reason)).isEqualTo(1);
        assertThat(Rows.of(read.batch()))
                .extracting(Rows.Row::span)
                .containsExactly(Plain.span(good().build()), Plain.span(good().build()), Plain.span(good().build()));
    }

    private static void malformed(byte[] body, String message) {
        assertThatThrownBy(() -> Requests.protobuf(body))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessageStartingWith("not a protobuf trace request: at byte ")
                .hasMessageContaining(message);
    }

    private static Span.Builder good() {
        return Span.newBuilder().setTraceId(bytes(16)).setSpanId(bytes(8));
    }

    private static ByteString bytes(int length) {
        byte[] out = new byte[length];
        java.util.Arrays.fill(out, (byte) 7);
        return ByteString.copyFrom(out);
    }

    private static byte[] encode(TracesData.Builder data) {
        byte[] out = data.build().toByteArray();
        for (int i = 0; i + 1 < out.length; i++) {
            if (out[i] == 1 && out[i + 1] == 1) {
                out[i] = (byte) 0xFF;
                out[i + 1] = (byte) 0xFF;
            }
        }
        return out;
    }

    private static byte[] with(byte[] a, int at, int value) {
        byte[] out = a.clone();
        out[at] = (byte) value;
        return out;
    }

    private static byte[] request(byte[]... spans) {
        ByteString all = ByteString.EMPTY;
        for (byte[] span : spans) {
            all = all.concat(field(2, ByteString.copyFrom(span)));
        }
        return field(1, field(2, all)).toByteArray();
    }

    private static SourceRequest received(byte[] body) {
        return new SourceRequest(SourceProtocol.OTLP_PROTOBUF, ContentEncoding.IDENTITY, body, 0, body.length, 1);
    }

    /** A field of bytes: tag, length, content. */
    private static ByteString field(int number, ByteString content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(number << 3 | 2);
        int length = content.size();
        while (length > 0x7F) {
            out.write(length & 0x7F | 0x80);
            length >>>= 7;
        }
        out.write(length);
        return ByteString.copyFrom(out.toByteArray()).concat(content);
    }
}

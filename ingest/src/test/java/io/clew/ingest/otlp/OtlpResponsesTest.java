package io.clew.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.util.JsonFormat;
import io.clew.ingest.otlp.OtlpResponses.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The answers, read by the official classes. */
class OtlpResponsesTest {
    @Test
    void successIsTheEmptyMessage() {
        assertThat(OtlpResponses.success(false)).isEmpty();
        assertThat(OtlpResponses.success(true)).asString(StandardCharsets.UTF_8).isEqualTo("{}");
    }

    @Test
    void partialSuccessNamesWhatWasRejected() throws Exception {
        ExportTraceServiceResponse traces = ExportTraceServiceResponse.newBuilder()
                .setPartialSuccess(ExportTracePartialSuccess.newBuilder()
                        .setRejectedSpans(300)
                        .setErrorMessage("3 \"bad\" 线索"))
                .build();
        check(Signal.TRACES, 300, "3 \"bad\" 线索", traces);
        ExportLogsServiceResponse.Builder logs = ExportLogsServiceResponse.newBuilder();
        logs.getPartialSuccessBuilder().setRejectedLogRecords(1L << 40).setErrorMessage("x".repeat(1000));
        check(Signal.LOGS, 1L << 40, "x".repeat(1000), logs.build());
        ExportMetricsServiceResponse.Builder metrics = ExportMetricsServiceResponse.newBuilder();
        metrics.getPartialSuccessBuilder().setErrorMessage("only a warning");
        check(Signal.METRICS, 0, "only a warning", metrics.build());
    }

    private static void check(Signal signal, long rejected, String message, Message expected) throws Exception {
        assertThat(OtlpResponses.partialSuccess(signal, rejected, message, false))
                .isEqualTo(expected.toByteArray());
        Message.Builder json = expected.newBuilderForType();
        JsonFormat.parser()
                .merge(
                        new String(
                                OtlpResponses.partialSuccess(signal, rejected, message, true), StandardCharsets.UTF_8),
                        json);
        assertThat(json.build()).isEqualTo(expected);
    }

    @Test
    void statusCarriesCodeMessageAndRetryDelay() throws Exception {
        // google.rpc.Status, field by field: 1 code, 2 message, 3 details (Any); RetryInfo: 1 retry_delay (Duration).
        UnknownFieldSet status = UnknownFieldSet.parseFrom(OtlpResponses.status(14, "disk full", 2500, false));
        assertThat(status.getField(1).getVarintList()).containsExactly(14L);
        assertThat(status.getField(2).getLengthDelimitedList().getFirst().toStringUtf8())
                .isEqualTo("disk full");
        Any detail = Any.parseFrom(status.getField(3).getLengthDelimitedList().getFirst());
        assertThat(detail.getTypeUrl()).isEqualTo("type.googleapis.com/google.rpc.RetryInfo");
        assertThat(Duration.parseFrom(UnknownFieldSet.parseFrom(detail.getValue())
                        .getField(1)
                        .getLengthDelimitedList()
                        .getFirst()))
                .isEqualTo(Duration.newBuilder()
                        .setSeconds(2)
                        .setNanos(500_000_000)
                        .build());
        assertThat(UnknownFieldSet.parseFrom(OtlpResponses.status(3, "", -1, false))
                        .asMap())
                .containsOnlyKeys(1);
        assertThat(OtlpResponses.status(14, "disk full", 2500, true))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"code\":14,\"message\":\"disk full\",\"details\":[{\"@type\":"
                        + "\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"2.500s\"}]}");
        assertThat(OtlpResponses.status(8, "big", -1, true))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"code\":8,\"message\":\"big\"}");
        assertThat(OtlpResponses.status(8, "", 3000, true))
                .asString(StandardCharsets.UTF_8)
                .contains("\"retryDelay\":\"3s\"");
    }
}

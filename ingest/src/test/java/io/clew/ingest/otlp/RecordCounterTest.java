package io.clew.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.OtlpResponses.Signal;
import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.SourceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.LogsData;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.MetricsData;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Counts against what random official messages hold. */
class RecordCounterTest {
    private final Random random = new Random(42);

    @Test
    void countsLogRecords() throws Exception {
        for (int i = 0; i < 200; i++) {
            LogsData.Builder data = LogsData.newBuilder();
            int records = 0;
            for (int r = random.nextInt(4); r > 0; r--) {
                var resource = data.addResourceLogsBuilder();
                resource.getResourceBuilder().addAttributesBuilder().setKey("logRecords");
                for (int s = random.nextInt(4); s > 0; s--) {
                    var scope = resource.addScopeLogsBuilder();
                    scope.getScopeBuilder().setName("x");
                    for (int n = random.nextInt(5); n > 0; n--, records++) {
                        scope.addLogRecords(LogRecord.newBuilder()
                                .setBody(AnyValue.newBuilder().setStringValue("]}\"{[")));
                    }
                }
            }
            check(Signal.LOGS, data.build(), records);
        }
    }

    @Test
    void countsDataPointsOfEveryKind() throws Exception {
        for (int i = 0; i < 200; i++) {
            MetricsData.Builder data = MetricsData.newBuilder();
            int points = 0;
            for (int r = random.nextInt(3); r > 0; r--) {
                var scope = data.addResourceMetricsBuilder().addScopeMetricsBuilder();
                for (int m = random.nextInt(6); m > 0; m--) {
                    Metric.Builder metric = scope.addMetricsBuilder().setName("dataPoints");
                    metric.addMetadataBuilder().setKey("k");
                    for (int n = random.nextInt(4); n > 0; n--, points++) {
                        switch (m % 5) {
                            case 0 ->
                                metric.getGaugeBuilder()
                                        .addDataPoints(NumberDataPoint.newBuilder()
                                                .setAsInt(5)
                                                .addExemplars(io.opentelemetry.proto.metrics.v1.Exemplar.newBuilder()
                                                        .setAsInt(3)));
                            case 1 ->
                                metric.getSumBuilder().addDataPointsBuilder().setAsDouble(1.5);
                            case 2 ->
                                metric.getHistogramBuilder()
                                        .addDataPointsBuilder()
                                        .setCount(3);
                            case 3 -> metric.getExponentialHistogramBuilder().addDataPointsBuilder();
                            default -> metric.getSummaryBuilder().addDataPointsBuilder();
                        }
                    }
                }
            }
            check(Signal.METRICS, data.build(), points);
        }
    }

    @Test
    void whatIsNoSuchRequestIsMalformed() {
        assertThatThrownBy(() -> count(Signal.LOGS, false, new byte[] {10, 5, 1}))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessageContaining("not a protobuf logs request: at byte 1 of 3: a length of 5 bytes");
        assertThatThrownBy(() -> count(Signal.METRICS, true, Requests.utf8("{\"resourceMetrics\":7}")))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessage(
                        "not a JSON metrics request: line 1, column 20: expected an array for resourceMetrics, read '7'");
    }

    private static void check(Signal signal, Message message, int records) throws Exception {
        assertThat(count(signal, false, message.toByteArray())).isEqualTo(records);
        assertThat(count(signal, true, Requests.utf8(JsonFormat.printer().print(message))))
                .isEqualTo(records);
    }

    private static long count(Signal signal, boolean json, byte[] body) throws MalformedRequestException {
        return new RecordCounter(signal, json, ByteBudget.unlimited())
                .count(new SourceRequest(1, ContentEncoding.IDENTITY, body, 0, body.length, 0), DecodeLimits.DEFAULT);
    }
}

package io.clew.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.clew.ingest.ByteBudget;
import io.clew.ingest.TrainTicket;
import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The recorded requests: what they hold by the official classes, and that the decoder reads exactly that. */
class TrainTicketTest {
    @Test
    void officialClassesCountWhatTheNoticeSays() throws InvalidProtocolBufferException {
        int records = 0;
        Set<Rows.Row> distinct = new HashSet<>();
        Set<ByteString> traces = new HashSet<>();
        for (String file : TrainTicket.FILES) {
            for (Rows.Row row : Rows.of(TracesData.parseFrom(TrainTicket.protobuf(file)))) {
                records++;
                distinct.add(row);
                traces.add(row.span().getTraceId());
            }
        }
        assertThat(records).isEqualTo(TrainTicket.RECORDS);
        assertThat(distinct).hasSize(TrainTicket.SPANS);
        assertThat(traces).hasSize(TrainTicket.TRACES);
        assertThat(TrainTicket.spansByService()).isEqualTo(byService(distinct));
    }

    @Test
    void decoderReadsWhatTheOfficialParserReads() throws Exception {
        OtlpProtobufDecoder decoder = new OtlpProtobufDecoder(new ByteBudget(64 << 20));
        SpanBatch batch = new SpanBatch();
        Refusals refusals = new Refusals();
        Set<TraceId> traces = new HashSet<>();
        int records = 0;
        for (int i = 0; i < TrainTicket.FILES.size(); i++) {
            SourceRequest request = TrainTicket.requests().get(i);
            batch.clear();
            refusals.clear();
            decoder.decode(request, DecodeLimits.DEFAULT, batch, refusals);
            String file = TrainTicket.FILES.get(i);
            assertThat(refusals.count()).as(file).isZero();
            assertThat(Rows.of(batch)).as(file).isEqualTo(Rows.of(TracesData.parseFrom(TrainTicket.protobuf(file))));
            records += batch.spanCount();
            for (int span = 0; span < batch.spanCount(); span++) {
                traces.add(batch.traceId(span));
                assertThat(batch.receiveTime(span)).isEqualTo(request.receiveTime());
            }
        }
        assertThat(records).isEqualTo(TrainTicket.RECORDS);
        assertThat(traces).hasSize(TrainTicket.TRACES);
    }

    private static Map<String, Integer> byService(Set<Rows.Row> rows) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Rows.Row row : rows) {
            String service = row.resource().getAttributesList().stream()
                    .filter(a -> a.getKey().equals("service.name"))
                    .findFirst()
                    .orElseThrow()
                    .getValue()
                    .getStringValue();
            counts.merge(service, 1, Integer::sum);
        }
        return counts;
    }
}

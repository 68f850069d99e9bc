package io.clew.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.clew.ingest.ByteBudget;
import io.clew.ingest.TrainTicket;
import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.SourceProtocol;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Decoding into a batch used before allocates next to nothing: at most 8 bytes a span, whatever the spans hold. */
class AllocationTest {
    private static final double BYTES_PER_SPAN = 8;

    private final OtlpProtobufDecoder decoder = new OtlpProtobufDecoder(ByteBudget.quarterOfHeap());
    private final SpanBatch batch = new SpanBatch();
    private final Refusals refusals = new Refusals();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void recordedRequests() throws Exception {
        measure(TrainTicket.gzip(TrainTicket.FILES.getFirst()), ContentEncoding.GZIP);
        measure(TrainTicket.protobuf(TrainTicket.FILES.getFirst()), ContentEncoding.IDENTITY);
    }

    @Test
    void randomRequestsWithNestedValuesEventsAndLinks() throws Exception {
        measure(new OtlpProtobufWriter().write(new RandomSpans(7).batch(500)), ContentEncoding.IDENTITY);
    }

    private void measure(byte[] body, ContentEncoding encoding) throws MalformedRequestException {
        SourceRequest request = new SourceRequest(SourceProtocol.OTLP_PROTOBUF, encoding, body, 0, body.length, 1);
        decode(request);
        decode(request);
        double perSpan = Double.MAX_VALUE;
        // Until the JVM has compiled it.
        for (int round = 0; round < 50 && perSpan > BYTES_PER_SPAN; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            long spans = 0;
            for (int i = 0; i < 20; i++) {
                spans += decode(request);
            }
            perSpan = (double) (threads.getCurrentThreadAllocatedBytes() - before) / spans;
        }
        assertThat(perSpan).as("bytes per span").isLessThanOrEqualTo(BYTES_PER_SPAN);
    }

    private int decode(SourceRequest request) throws MalformedRequestException {
        batch.clear();
        refusals.clear();
        decoder.decode(request, DecodeLimits.DEFAULT, batch, refusals);
        assertThat(refusals.firstMessage()).isNull();
        return batch.spanCount();
    }
}

package io.clew.quality.bench;

import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.model.AttributeTable;
import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.Hex;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals;
import io.clew.model.SourceProtocol;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.quality.load.ReferenceLoad;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One span of the load to ask for.
 *
 * @param start epoch nanoseconds
 * @param duration nanoseconds
 */
record Sample(String traceId, String spanId, String service, String url, long start, long duration) {
    /** The spans of a request. */
    static SpanBatch decode(byte[] otlp) {
        SpanBatch batch = new SpanBatch();
        try {
            new OtlpProtobufDecoder(ByteBudget.unlimited())
                    .decode(
                            new SourceRequest(
                                    SourceProtocol.OTLP_PROTOBUF, ContentEncoding.IDENTITY, otlp, 0, otlp.length, 1),
                            DecodeLimits.DEFAULT,
                            batch,
                            new Refusals());
        } catch (MalformedRequestException e) {
            throw new IllegalStateException("the load is malformed", e);
        }
        return batch;
    }

    /** A random span of the request that called another service, so that it has a URL of its own; not all requests have. */
    static Optional<Sample> of(byte[] otlp, RandomGenerator random) {
        SpanBatch batch = decode(otlp);
        int key = batch.dictionary().intern("url.full");
        AttributeTable table = batch.spanAttributes();
        int from = random.nextInt(batch.spanCount());
        for (int i = 0; i < batch.spanCount(); i++) {
            int span = (from + i) % batch.spanCount();
            int url = table.find(span, key);
            if (url >= 0) {
                return Optional.of(new Sample(
                        batch.traceId(span).toString(),
                        Hex.of(batch.spanId(span)),
                        service(batch, span),
                        batch.dictionary().text((int) table.value(url)),
                        batch.start(span),
                        batch.duration(span)));
            }
        }
        return Optional.empty();
    }

    /** The request's last span, whose URL does not matter. */
    static Sample anyOf(byte[] otlp) {
        SpanBatch batch = decode(otlp);
        int span = batch.spanCount() - 1;
        return new Sample(
                batch.traceId(span).toString(),
                Hex.of(batch.spanId(span)),
                service(batch, span),
                "",
                batch.start(span),
                batch.duration(span));
    }

    /** Bytes of the values of url.full that the load of this seed has for each span, as counted in 200 requests. */
    static double urlBytesPerSpan(long seed) {
        ReferenceLoad load = new ReferenceLoad(seed, 1_700_000_000_000_000_000L);
        long bytes = 0;
        long spans = 0;
        for (int request = 0; request < 200; request++) {
            SpanBatch batch = decode(load.next());
            int key = batch.dictionary().intern("url.full");
            for (int span = 0; span < batch.spanCount(); span++) {
                int entry = batch.spanAttributes().find(span, key);
                bytes += entry < 0
                        ? 0
                        : batch.dictionary().length((int) batch.spanAttributes().value(entry));
            }
            spans += batch.spanCount();
        }
        return (double) bytes / spans;
    }

    static String service(SpanBatch batch, int span) {
        AttributeTable table = batch.resourceAttributes();
        int entry = table.find(batch.resource(span), batch.dictionary().intern("service.name"));
        return batch.dictionary().text((int) table.value(entry));
    }
}

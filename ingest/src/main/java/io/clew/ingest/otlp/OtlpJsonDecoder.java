package io.clew.ingest.otlp;

import io.clew.ingest.ByteBudget;
import io.clew.ingest.Decompressor;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals;
import io.clew.model.RequestDecoder;
import io.clew.model.SourceProtocol;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;

/**
 * OTLP trace requests in JSON, refusing spans and requests by the same rules as {@link OtlpProtobufDecoder}; errors name
 * line and column. Besides {@link MalformedRequestException}, decoding throws {@link io.clew.ingest.BusyException} when
 * other requests use the budget up.
 */
public final class OtlpJsonDecoder implements RequestDecoder {
    private final ByteBudget budget;
    private final Decompressor decompressor = new Decompressor();
    private final JsonTranscoder transcoder = new JsonTranscoder();
    private final RequestWalk walk = new RequestWalk(SourceProtocol.OTLP_JSON, true);

    /** @param budget as in {@link OtlpProtobufDecoder} */
    public OtlpJsonDecoder(ByteBudget budget) {
        this.budget = budget;
    }

    @Override
    public int codec() {
        return SourceProtocol.OTLP_JSON;
    }

    @Override
    public void decode(SourceRequest request, DecodeLimits limits, SpanBatch into, Refusals refusals)
            throws MalformedRequestException {
        try (ByteBudget.Claim claim = budget.claim()) {
            decompressor.open(request, limits.maxBodyBytes(), claim);
            byte[] a = decompressor.bytes();
            int from = decompressor.offset();
            try {
                transcoder.read(a, from, from + decompressor.length(), limits.maxDepth(), claim);
            } catch (FormatException e) {
                throw JsonErrors.malformed(e, a, from, "trace");
            }
            walk.read(transcoder.array(), 0, transcoder.size(), request.receiveTime(), limits, into, refusals, claim);
        } finally {
            transcoder.end();
            decompressor.close();
        }
    }
}

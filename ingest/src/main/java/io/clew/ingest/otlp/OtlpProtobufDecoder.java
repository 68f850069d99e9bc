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
 * OTLP trace requests in protobuf. Accepts and rejects as the official parser does, with three freedoms that OTLP takes:
 * bad ids, bad UTF-8 and too deep nesting refuse the span (or the spans of that resource or scope) and not the request.
 * A reference to a string table ({@code key_strindex}, {@code string_value_strindex}: profiles only) is ignored.
 *
 * <p>Besides {@link MalformedRequestException}, decoding throws {@link io.clew.ingest.BusyException} when other requests
 * use the budget up.
 */
public final class OtlpProtobufDecoder implements RequestDecoder {
    private final ByteBudget budget;
    private final Decompressor decompressor = new Decompressor();
    private final RequestWalk walk = new RequestWalk(SourceProtocol.OTLP_PROTOBUF, false);

    /** @param budget what decompression and growing columns may take; replay passes {@link ByteBudget#unlimited} */
    public OtlpProtobufDecoder(ByteBudget budget) {
        this.budget = budget;
    }

    @Override
    public int codec() {
        return SourceProtocol.OTLP_PROTOBUF;
    }

    @Override
    public void decode(SourceRequest request, DecodeLimits limits, SpanBatch into, Refusals refusals)
            throws MalformedRequestException {
        try (ByteBudget.Claim claim = budget.claim()) {
            decompressor.open(request, limits.maxBodyBytes(), claim);
            walk.read(
                    decompressor.bytes(),
                    decompressor.offset(),
                    decompressor.offset() + decompressor.length(),
                    request.receiveTime(),
                    limits,
                    into,
                    refusals,
                    claim);
        } finally {
            decompressor.close();
        }
    }
}

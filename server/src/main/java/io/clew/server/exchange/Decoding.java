package io.clew.server.exchange;

import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.OtlpJsonDecoder;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals;
import io.clew.model.RequestDecoder;
import io.clew.model.SourceProtocol;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Decoders for several threads: each decoding takes one that is free, or a new one. Thread-safe. */
final class Decoding {
    private final ByteBudget budget = ByteBudget.unlimited();
    private final ConcurrentLinkedQueue<Desk> free = new ConcurrentLinkedQueue<>();

    private record Desk(OtlpProtobufDecoder protobuf, OtlpJsonDecoder json) {
        RequestDecoder decoder(int codec) {
            return codec == SourceProtocol.OTLP_JSON ? json : protobuf;
        }
    }

    /** Decodes as the server would. */
    void decode(SourceRequest request, SpanBatch into, Refusals refusals) throws MalformedRequestException {
        Desk taken = free.poll();
        Desk desk = taken == null ? new Desk(new OtlpProtobufDecoder(budget), new OtlpJsonDecoder(budget)) : taken;
        try {
            desk.decoder(request.codec()).decode(request, DecodeLimits.DEFAULT, into, refusals);
        } finally {
            free.add(desk);
        }
    }
}

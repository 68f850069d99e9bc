package io.clew.ingest.otlp;

import io.clew.ingest.ByteBudget;
import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals;
import io.clew.model.RequestDecoder;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import java.nio.charset.StandardCharsets;

/** Decoding as tests want it: bytes in, batch and refusals out. */
final class Requests {
    private Requests() {}

    /** What became of one request. */
    record Decoded(SpanBatch batch, Refusals refusals) {}

    static Decoded protobuf(byte[] body) throws MalformedRequestException {
        return decode(new OtlpProtobufDecoder(ByteBudget.unlimited()), ContentEncoding.IDENTITY, body);
    }

    static Decoded json(String body) throws MalformedRequestException {
        return decode(new OtlpJsonDecoder(ByteBudget.unlimited()), ContentEncoding.IDENTITY, utf8(body));
    }

    static Decoded decode(RequestDecoder decoder, ContentEncoding encoding, byte[] body)
            throws MalformedRequestException {
        Decoded out = new Decoded(new SpanBatch(), new Refusals());
        decoder.decode(
                new SourceRequest(decoder.codec(), encoding, body, 0, body.length, 7),
                DecodeLimits.DEFAULT,
                out.batch(),
                out.refusals());
        return out;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

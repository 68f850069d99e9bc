package io.clew.server.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.clew.model.SourceProtocol;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Locale;

/**
 * What an OTLP server says in a success (ExportTraceServiceResponse): that it took everything, or how much it did not.
 *
 * @param rejected spans it did not take; 0 when it took all
 * @param why in the server's words
 */
record PartialSuccess(long rejected, String why) {
    private static final PartialSuccess WHOLE = new PartialSuccess(0, "");
    /** Field 1 of the response: partial_success. */
    private static final int FIELD_1_MESSAGE = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    /** Fields 1 and 2 of that: rejected_spans, error_message. */
    private static final int FIELD_1_NUMBER = 1 << 3 | WireFormat.WIRETYPE_VARINT;

    private static final int FIELD_2_TEXT = 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    /**
     * Reads the body of an answer with status 200.
     *
     * @param asked the {@link SourceProtocol} of the request, which an answer without Content-Type follows
     * @throws IOException when it is no answer of an OTLP server
     */
    static PartialSuccess of(HttpResponse<byte[]> answer, int asked) throws IOException {
        if (answer.body().length == 0) {
            return WHOLE;
        }
        String type = answer.headers()
                .firstValue("Content-Type")
                .orElse(asked == SourceProtocol.OTLP_JSON ? "application/json" : "application/x-protobuf");
        try {
            String bare = type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
            return switch (bare) {
                case "application/json" -> json(answer.body());
                case "application/x-protobuf", "application/protobuf" -> protobuf(answer.body());
                default -> throw new IOException("its Content-Type is " + type);
            };
        } catch (IOException notOtlp) {
            throw new IOException(
                    answer.uri() + " answered 200, but not as a server of OTLP does: " + notOtlp.getMessage(), notOtlp);
        }
    }

    private static PartialSuccess protobuf(byte[] body) throws IOException {
        CodedInputStream answer = CodedInputStream.newInstance(body);
        PartialSuccess told = WHOLE;
        for (int tag = answer.readTag(); tag != 0; tag = answer.readTag()) {
            if (tag == FIELD_1_MESSAGE) {
                told = partial(answer.readBytes().newCodedInput());
            } else {
                skip(answer, tag);
            }
        }
        return told;
    }

    private static PartialSuccess partial(CodedInputStream partial) throws IOException {
        long rejected = 0;
        String message = "";
        for (int tag = partial.readTag(); tag != 0; tag = partial.readTag()) {
            switch (tag) {
                case FIELD_1_NUMBER -> rejected = partial.readInt64();
                case FIELD_2_TEXT -> message = partial.readString();
                default -> skip(partial, tag);
            }
        }
        return told(rejected, message);
    }

    private static void skip(CodedInputStream message, int tag) throws IOException {
        if (!message.skipField(tag)) {
            throw new IOException("its body is no message in protobuf");
        }
    }

    private static PartialSuccess json(byte[] body) throws IOException {
        JsonNode answer = new ObjectMapper().readTree(body);
        if (!answer.isObject()) {
            throw new IOException("its body is no object");
        }
        JsonNode partial = answer.path("partialSuccess");
        // Protobuf's JSON writes 64-bit numbers as text; some write them as numbers.
        return told(
                partial.path("rejectedSpans").asLong(),
                partial.path("errorMessage").asText());
    }

    private static PartialSuccess told(long rejected, String message) {
        return rejected <= 0
                ? WHOLE
                : new PartialSuccess(rejected, message.isBlank() ? "the server gave no reason" : message.strip());
    }
}

package io.clew.ingest.otlp;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clew.model.MalformedRequestException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The answers OTLP defines, in both encodings: the Export responses of the three signals (which are the same message on
 * the wire but for the JSON name of what was rejected) and google.rpc.Status for errors. Stateless.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp-response">OTLP/HTTP response</a>
 */
public final class OtlpResponses {
    /** What a request carries; the name of the count of rejected records differs. */
    public enum Signal {
        TRACES("rejectedSpans"),
        LOGS("rejectedLogRecords"),
        METRICS("rejectedDataPoints");

        private final String rejected;

        Signal(String rejected) {
            this.rejected = rejected;
        }
    }

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

    private static final int FIELD_1 = 1 << 3 | Wire.LENGTH;
    private static final int FIELD_2 = 2 << 3 | Wire.LENGTH;
    private static final int FIELD_3 = 3 << 3 | Wire.LENGTH;

    private OtlpResponses() {}

    /** Full success: the message without a field. */
    public static byte[] success(boolean json) {
        return json ? "{}".getBytes(StandardCharsets.UTF_8) : new byte[0];
    }

    /**
     * Success but for {@code rejected} records, which the client must not send again. With 0 rejected and a message it is
     * a warning.
     */
    public static byte[] partialSuccess(Signal signal, long rejected, String message, boolean json) {
        if (json) {
            return json(out -> {
                out.writeObjectFieldStart("partialSuccess");
                if (rejected != 0) {
                    out.writeStringField(signal.rejected, Long.toString(rejected));
                }
                out.writeStringField("errorMessage", message);
                out.writeEndObject();
            });
        }
        return protobuf(out -> {
            long partial = out.open(FIELD_1, 20);
            if (rejected != 0) {
                out.varint(1 << 3, rejected);
            }
            text(out, FIELD_2, message);
            out.close(partial);
        });
    }

    /**
     * A google.rpc.Status.
     *
     * @param code number of the gRPC status, as in google.rpc.Code
     * @param retryAfterMillis when to send again, in a RetryInfo; negative for none
     */
    public static byte[] status(int code, String message, long retryAfterMillis, boolean json) {
        if (json) {
            return json(out -> {
                out.writeNumberField("code", code);
                out.writeStringField("message", message);
                if (retryAfterMillis >= 0) {
                    out.writeArrayFieldStart("details");
                    out.writeStartObject();
                    out.writeStringField("@type", RETRY_INFO);
                    out.writeStringField("retryDelay", seconds(retryAfterMillis));
                    out.writeEndObject();
                    out.writeEndArray();
                }
            });
        }
        return protobuf(out -> {
            if (code != 0) {
                out.varint(1 << 3, code);
            }
            text(out, FIELD_2, message);
            if (retryAfterMillis >= 0) {
                long any = out.open(FIELD_3, 60);
                text(out, FIELD_1, RETRY_INFO);
                long info = out.open(FIELD_2, 12);
                long duration = out.open(FIELD_1, 10);
                if (retryAfterMillis >= 1000) {
                    out.varint(1 << 3, retryAfterMillis / 1000);
                }
                if (retryAfterMillis % 1000 != 0) {
                    out.varint(2 << 3, retryAfterMillis % 1000 * 1_000_000);
                }
                out.close(duration);
                out.close(info);
                out.close(any);
            }
        });
    }

    /** A duration as ProtoJSON writes it. */
    private static String seconds(long millis) {
        return millis % 1000 == 0
                ? millis / 1000 + "s"
                : millis / 1000 + "." + Long.toString(1000 + millis % 1000).substring(1) + "s";
    }

    private static void text(ProtobufOutput out, int tag, String text) throws MalformedRequestException {
        if (!text.isEmpty()) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.bytes(tag, utf8, 0, utf8.length);
        }
    }

    private interface ProtobufBody {
        void write(ProtobufOutput out) throws MalformedRequestException;
    }

    private static byte[] protobuf(ProtobufBody body) {
        ProtobufOutput out = new ProtobufOutput(0);
        try {
            body.write(out);
        } catch (MalformedRequestException e) {
            throw new IllegalStateException("an unlimited budget refused", e);
        }
        return Arrays.copyOf(out.array(), out.size());
    }

    private interface JsonBody {
        void write(JsonGenerator out) throws IOException;
    }

    private static byte[] json(JsonBody body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = FACTORY.createGenerator(bytes, JsonEncoding.UTF8)) {
            out.writeStartObject();
            body.write(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }
}

package io.clew.server.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The few messages that OTLP answers with, written field by field: {@code Export*ServiceResponse} with its partial success
 * and {@code google.rpc.Status} with its {@code RetryInfo}.
 */
final class Messages {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

    private Messages() {}

    /**
     * The answer to an export that was taken.
     *
     * @param rejected records that were not taken; must not be sent again
     * @param message why, or null when all is well: then the message is empty
     */
    static byte[] exported(Signal signal, Encoding encoding, long rejected, @Nullable String message) {
        if (encoding == Encoding.JSON) {
            return json(json -> {
                if (message != null) {
                    json.writeObjectFieldStart("partialSuccess");
                    json.writeStringField(rejectedField(signal), Long.toString(rejected));
                    json.writeStringField("errorMessage", message);
                    json.writeEndObject();
                }
            });
        }
        if (message == null) {
            return new byte[0];
        }
        byte[] partialSuccess = protobuf(out -> {
            out.writeInt64(1, rejected);
            out.writeString(2, message);
        });
        return protobuf(out -> out.writeByteArray(1, partialSuccess));
    }

    /** A {@code google.rpc.Status}; with {@code retryAfter} it says when to send again. */
    static byte[] status(Encoding encoding, GrpcStatus status, String message, @Nullable Duration retryAfter) {
        if (encoding == Encoding.JSON) {
            return json(json -> {
                json.writeNumberField("code", status.code());
                json.writeStringField("message", message);
                if (retryAfter != null) {
                    json.writeArrayFieldStart("details");
                    json.writeStartObject();
                    json.writeStringField("@type", RETRY_INFO);
                    json.writeStringField("retryDelay", retryAfter.toSeconds() + "s");
                    json.writeEndObject();
                    json.writeEndArray();
                }
            });
        }
        return protobuf(out -> {
            out.writeInt32(1, status.code());
            out.writeString(2, message);
            if (retryAfter != null) {
                out.writeByteArray(3, any(RETRY_INFO, retryInfo(retryAfter)));
            }
        });
    }

    private static byte[] retryInfo(Duration after) {
        byte[] duration = protobuf(out -> {
            out.writeInt64(1, after.getSeconds());
            out.writeInt32(2, after.getNano());
        });
        return protobuf(out -> out.writeByteArray(1, duration));
    }

    private static byte[] any(String type, byte[] value) {
        return protobuf(out -> {
            out.writeString(1, type);
            out.writeByteArray(2, value);
        });
    }

    private static String rejectedField(Signal signal) {
        return switch (signal) {
            case TRACES -> "rejectedSpans";
            case LOGS -> "rejectedLogRecords";
            case METRICS -> "rejectedDataPoints";
            case PROFILES -> "rejectedProfiles";
        };
    }

    private interface Fields<T> {
        void writeTo(T out) throws IOException;
    }

    private static byte[] protobuf(Fields<CodedOutputStream> fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] json(Fields<JsonGenerator> fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            fields.writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}

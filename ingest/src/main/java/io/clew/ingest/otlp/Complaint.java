package io.clew.ingest.otlp;

import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.Refusals.Reason;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The first thing found wrong with a span, or with its resource or scope; numbers only until a text is asked for. */
final class Complaint {
    private Refusals.@Nullable Reason reason;
    private int offset;
    private int end;

    void clear() {
        reason = null;
    }

    boolean noted() {
        return reason != null;
    }

    Refusals.@Nullable Reason reason() {
        return reason;
    }

    int offset() {
        return offset;
    }

    /** An offset within the offending field and no field beside it: empty content has none, the length before it has. */
    int place() {
        return end == offset ? offset - 1 : offset;
    }

    /**
     * Notes what is wrong unless something was noted before.
     *
     * @param from where the offending content begins
     * @param to where it ends
     */
    void note(Refusals.Reason what, int from, int to) {
        if (reason == null) {
            reason = what;
            offset = from;
            end = to;
        }
    }

    /** What is wrong, in words. The trace and span id of a span are missing when their content is the whole span. */
    String text(byte[] a, DecodeLimits limits, boolean missing, boolean json) {
        int length = end - offset;
        if (json
                && reason != Reason.UTF8
                && reason != Reason.DEPTH
                && length > 0
                && a[offset] == JsonTranscoder.BAD_ID) {
            return "expected " + (reason == Reason.TRACE_ID ? "32" : reason == Reason.LINK_ID ? "32 or 16" : "16")
                    + " hexadecimal digits, read " + asSent(a);
        }
        return switch (reason) {
            case null -> "nothing is wrong";
            case TRACE_ID -> id("trace_id", length, 16, missing);
            case SPAN_ID -> id("span_id", length, 8, missing);
            case PARENT_ID -> "a parent's id has 8 bytes or none, this one has " + length;
            case LINK_ID -> "a link's trace_id has 16 bytes and its span_id 8, or none; this one has " + length;
            case UTF8 -> {
                int bad = Utf8.firstInvalid(a, offset, end);
                yield "not valid UTF-8: byte 0x" + Integer.toHexString(a[bad] & 0xFF) + " at position " + (bad - offset)
                        + " of " + length;
            }
            case DEPTH -> "a value nests arrays and maps deeper than " + limits.maxDepth() + " levels";
        };
    }

    /** An id that came in JSON and is not hexadecimal of the right length, as {@link JsonTranscoder} has written it. */
    private String asSent(byte[] a) {
        int from = offset + 1;
        int to = a[end - 1] == JsonTranscoder.BAD_ID ? end - 1 : end;
        return '"' + new String(a, from, Math.max(0, to - from), StandardCharsets.UTF_8) + '"';
    }

    private static String id(String name, int length, int wanted, boolean missing) {
        if (missing) {
            return name + " is missing, it must have " + wanted + " bytes";
        }
        return length == wanted
                ? name + " is all zeros"
                : name + " must have " + wanted + " bytes, this one has " + length;
    }
}

package io.clew.ingest.otlp;

import io.clew.ingest.ByteBudget;
import io.clew.model.Hex;
import io.clew.model.MalformedRequestException;
import java.util.Arrays;

/**
 * Rewrites an OTLP JSON trace request as the protobuf message it stands for, so that one walk with one set of rules
 * fills the columns for both. What is wrong with a span only (an id, text that is not UTF-8, deep nesting) is written so
 * that the walk finds it; what is not OTLP JSON at all is an error here.
 *
 * <p>Where ProtoJSON leaves a choice: unknown fields are ignored, null is unset, of a name that repeats in an object the
 * last one counts, enumerations may also come by name (the Collector takes them so), Base64 may be of either alphabet
 * and unpadded. For one thread.
 *
 * @see <a href="https://protobuf.dev/programming-guides/json/">ProtoJSON</a>
 */
final class JsonTranscoder {
    private static final int RETAINED = 1 << 20;

    /** What begins an id that is not hexadecimal of the right length; the text as sent follows. */
    static final byte BAD_ID = (byte) 0xFF;

    private static final String[] KINDS = {"UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"};
    private static final String[] STATUS_CODES = {"UNSET", "OK", "ERROR"};

    private final JsonReader json = new JsonReader();
    private final ProtobufOutput out = new ProtobufOutput(RETAINED);
    private int maxDepth;

    /** By level of messages: where each field of the open message stands in the output, start + 1 and end by number. */
    private int[][] written = new int[16][];

    /** Rewrites the request; the message lies in {@link #array} from 0 to {@link #size} until {@link #end}. */
    void read(byte[] body, int from, int end, int maxDepth, ByteBudget.Claim claim)
            throws FormatException, MalformedRequestException {
        this.maxDepth = maxDepth;
        out.start(claim);
        json.start(body, from, end);
        json.expect('{', "an object with resourceSpans");
        message(Message.REQUEST, 0, 0);
        json.expectEnd();
    }

    byte[] array() {
        return out.array();
    }

    int size() {
        return out.size();
    }

    void end() {
        json.end();
        out.end();
    }

    /** Writes the fields of the object just opened. */
    private void message(Message message, int level, int depth) throws FormatException, MalformedRequestException {
        int[] fields = fieldsAt(level);
        for (boolean first = true; json.more(first, '}'); first = false) {
            json.name();
            Message.Field field = json.field(message);
            if (field == null) {
                json.skipValue();
                continue;
            }
            int number = field.number();
            if (fields[number] != 0) {
                removeEarlier(fields, number);
            }
            if (json.nullValue()) {
                continue;
            }
            int start = out.size();
            if (!field.repeated()) {
                field(field, level, depth);
            } else {
                json.expect('[', "an array for " + field.jsonName());
                for (boolean one = true; json.more(one, ']'); one = false) {
                    field(field, level, depth);
                }
            }
            fields[number] = start + 1;
            fields[Message.MAX_FIELDS + number] = out.size();
        }
    }

    private int[] fieldsAt(int level) {
        if (level == written.length) {
            written = Arrays.copyOf(written, level * 2);
        }
        int[] fields = written[level];
        if (fields == null) {
            fields = new int[2 * Message.MAX_FIELDS];
            written[level] = fields;
        }
        Arrays.fill(fields, 0);
        return fields;
    }

    /** The name came before in this object: what it wrote goes, and what stands behind moves up. */
    private void removeEarlier(int[] fields, int number) {
        int from = fields[number] - 1;
        int to = fields[Message.MAX_FIELDS + number];
        out.remove(from, to);
        fields[number] = 0;
        for (int other = 1; other < Message.MAX_FIELDS; other++) {
            if (fields[other] > from) {
                fields[other] -= to - from;
                fields[Message.MAX_FIELDS + other] -= to - from;
            }
        }
    }

    private void field(Message.Field field, int level, int depth) throws FormatException, MalformedRequestException {
        int number = field.number() << 3;
        switch (field.type()) {
            case STRING -> text(number | Wire.LENGTH, field);
            case BYTES -> base64(number | Wire.LENGTH, field);
            case ID -> id(number | Wire.LENGTH, field);
            case KIND -> out.varint(number, enumeration(field, "SPAN_KIND_", KINDS));
            case STATUS_CODE -> out.varint(number, enumeration(field, "STATUS_CODE_", STATUS_CODES));
            case UINT32 -> out.varint(number, JsonNumbers.integer(json, 0, 0xFFFFFFFFL));
            case FIXED32 -> out.fixed32(number | Wire.FIXED32, (int) JsonNumbers.integer(json, 0, 0xFFFFFFFFL));
            case FIXED64 -> out.fixed64(number | Wire.FIXED64, JsonNumbers.unsigned(json));
            case INT64 -> out.varint(number, JsonNumbers.integer(json, Long.MIN_VALUE, Long.MAX_VALUE));
            case BOOL -> out.varint(number, bool(field) ? 1 : 0);
            case DOUBLE -> out.fixed64(number | Wire.FIXED64, Double.doubleToRawLongBits(JsonNumbers.real(json)));
            case MESSAGE -> child(field, level, depth);
        }
    }

    private void child(Message.Field field, int level, int depth) throws FormatException, MalformedRequestException {
        Message message = field.message();
        if (message == null) {
            throw new IllegalStateException("a message field without a message: " + field.name());
        }
        boolean container = message == Message.ARRAY_VALUE || message == Message.KEY_VALUE_LIST;
        int inner = container ? depth + 1 : depth;
        long open = out.open(field.number() << 3 | Wire.LENGTH, expectedSize(message));
        if (inner > maxDepth) {
            // The walk refuses the span for this level already; what is in it does not matter.
            if (json.peek() != '{') {
                throw json.unexpected("an object for " + field.jsonName());
            }
            json.skipValue();
        } else {
            json.expect('{', "an object for " + field.jsonName());
            message(message, level + 1, inner);
        }
        out.close(open);
    }

    private static int expectedSize(Message message) {
        return switch (message) {
            case RESOURCE_SPANS, SCOPE_SPANS -> 1 << 16;
            case SPAN, EVENT, RESOURCE -> 300;
            default -> 40;
        };
    }

    private void text(int tag, Message.Field field) throws FormatException, MalformedRequestException {
        json.string("a string for " + field.jsonName());
        int length = json.textEnd() - json.textFrom();
        if (!json.escaped()) {
            out.bytes(tag, json.array(), json.textFrom(), length);
            return;
        }
        long open = out.open(tag, length);
        out.ensure(length);
        out.truncate(json.unescape(out.array(), out.size()));
        out.close(open);
    }

    private void id(int tag, Message.Field field) throws FormatException, MalformedRequestException {
        json.string("a string of hexadecimal digits for " + field.jsonName());
        byte[] a = json.array();
        int from = json.textFrom();
        int length = json.textEnd() - from;
        int wanted = field.name().equals("trace_id") ? 32 : 16;
        long open = out.open(tag, 16);
        boolean good = length == wanted;
        for (int i = from; good && i < json.textEnd(); i += 2) {
            int high = Hex.digit(a[i]);
            int low = Hex.digit(a[i + 1]);
            good = high >= 0 && low >= 0;
            if (good) {
                out.put(high << 4 | low);
            }
        }
        if (!good && length > 0) {
            out.truncate(ProtobufOutput.contentOf(open));
            out.put(BAD_ID);
            out.copy(a, from, Math.min(length, 100));
            if (out.size() - ProtobufOutput.contentOf(open) == wanted / 2) {
                out.put(BAD_ID);
            }
        }
        out.close(open);
    }

    /** An enumeration's number; by its name too. */
    private int enumeration(Message.Field field, String prefix, String[] names) throws FormatException {
        if (json.peek() != '"') {
            return (int) JsonNumbers.integer(json, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        int at = json.position();
        json.string("an integer");
        String text = json.textEnd() - json.textFrom() > 100 ? "?" : json.text();
        for (int i = 0; i < names.length; i++) {
            if (text.equals(prefix + names[i])) {
                return i;
            }
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new FormatException(
                    at,
                    field.jsonName() + " must be an integer from 0 to " + (names.length - 1) + ", read \"" + text
                            + '"');
        }
    }

    private boolean bool(Message.Field field) throws FormatException {
        int next = json.peek();
        if (next != '"') {
            if (next != 't' && next != 'f') {
                throw json.unexpected("true or false for " + field.jsonName());
            }
            return json.bool();
        }
        int at = json.position();
        json.string("true or false");
        String text = json.textEnd() - json.textFrom() > 10 ? "" : json.text();
        if (!text.equals("true") && !text.equals("false")) {
            throw new FormatException(at, "expected true or false for " + field.jsonName());
        }
        return text.equals("true");
    }

    private void base64(int tag, Message.Field field) throws FormatException, MalformedRequestException {
        json.peek();
        int at = json.position();
        json.string("a Base64 string for " + field.jsonName());
        byte[] a = json.array();
        int from = json.textFrom();
        int end = json.textEnd();
        if (json.escaped()) {
            // A solidus may come escaped.
            a = new byte[end - from];
            end = json.unescape(a, 0);
            from = 0;
        }
        while (end > from && a[end - 1] == '=') {
            end--;
        }
        long open = out.open(tag, (end - from) * 3 / 4);
        int bits = 0;
        int held = 0;
        for (int i = from; i < end; i++) {
            int digit = base64Digit(a[i]);
            if (digit < 0) {
                throw new FormatException(at, field.jsonName() + " is not Base64");
            }
            bits = bits << 6 | digit;
            held += 6;
            if (held >= 8) {
                held -= 8;
                out.put(bits >>> held);
            }
        }
        if (held == 6) {
            throw new FormatException(at, field.jsonName() + " is not Base64: it ends within a byte");
        }
        out.close(open);
    }

    private static int base64Digit(byte b) {
        if (b >= 'A' && b <= 'Z') {
            return b - 'A';
        }
        if (b >= 'a' && b <= 'z') {
            return b - 'a' + 26;
        }
        if (b >= '0' && b <= '9') {
            return b - '0' + 52;
        }
        return b == '+' || b == '-' ? 62 : b == '/' || b == '_' ? 63 : -1;
    }
}

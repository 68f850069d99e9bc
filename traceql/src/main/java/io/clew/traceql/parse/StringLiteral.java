package io.clew.traceql.parse;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A text constant: in double quotes with Go's escapes ({@code \a \b \f \n \r \t \v \\ \"}, three octal digits,
 * {@code \}{@code xhh}, {@code \}{@code uhhhh}, {@code \}{@code Uhhhhhhhh}), or raw in back quotes, where only carriage
 * returns are left out.
 *
 * @param end offset after the closing quote
 */
record StringLiteral(String value, int end) {

    /** Reads the constant whose opening quote stands at {@code from}. */
    static StringLiteral read(QueryText query, int from) {
        String text = query.text();
        if (text.charAt(from) == '`') {
            int close = text.indexOf('`', from + 1);
            if (close < 0) {
                throw query.malformed(from, "the text does not end", null, "a closing back quote");
            }
            return new StringLiteral(text.substring(from + 1, close).replace("\r", ""), close + 1);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = from + 1;
        int plainFrom = at;
        while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
            if (text.charAt(at) == '\\') {
                bytes.writeBytes(text.substring(plainFrom, at).getBytes(StandardCharsets.UTF_8));
                at = escape(query, at, bytes);
                plainFrom = at;
            } else {
                at++;
            }
        }
        if (at >= text.length() || text.charAt(at) == '\n') {
            throw query.malformed(
                    from,
                    "the text does not end on its line",
                    null,
                    "`\"`, or back quotes round a text of several lines");
        }
        bytes.writeBytes(text.substring(plainFrom, at).getBytes(StandardCharsets.UTF_8));
        try {
            String value = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
            return new StringLiteral(value, at + 1);
        } catch (CharacterCodingException notUtf8) {
            throw query.malformed(from, "the escapes of the text do not give valid UTF-8", null, "valid UTF-8");
        }
    }

    /** Writes what the escape at {@code at} stands for and returns the offset after it. */
    private static int escape(QueryText query, int at, ByteArrayOutputStream out) {
        String text = query.text();
        int c = at + 1 < text.length() ? text.codePointAt(at + 1) : -1;
        int simple = c < 0 ? -1 : "abfnrtv\\\"".indexOf(c);
        if (simple >= 0) {
            out.write("\u0007\b\f\n\r\t\u000B\\\"".charAt(simple));
            return at + 2;
        }
        return switch (c) {
            case 'x' -> {
                out.write(digits(query, at, at + 2, 2, 16, 0xFF));
                yield at + 4;
            }
            case 'u', 'U' -> {
                int count = c == 'u' ? 4 : 8;
                int codePoint = digits(query, at, at + 2, count, 16, Character.MAX_CODE_POINT);
                if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                    throw query.malformed(
                            at,
                            "half of a surrogate pair is not a character",
                            text.substring(at, at + 2 + count),
                            null);
                }
                out.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
                yield at + 2 + count;
            }
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                out.write(digits(query, at, at + 1, 3, 8, 0xFF));
                yield at + 4;
            }
            default ->
                throw query.unexpected(
                        at,
                        c < 0 ? "`\\`" : "`\\" + Character.toString(c) + "`",
                        "an escape: \\\\ \\\" \\n \\r \\t \\a \\b \\f \\v \\xhh \\uhhhh \\Uhhhhhhhh or three octal digits",
                        "a backslash itself is written \\\\, or use back quotes");
        };
    }

    private static int digits(QueryText query, int escape, int from, int count, int radix, int max) {
        String text = query.text();
        long value = 0;
        for (int i = from; i < from + count; i++) {
            int digit = i < text.length() && text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), radix) : -1;
            if (digit < 0) {
                throw query.malformed(
                        escape,
                        "the escape needs " + count + (radix == 8 ? " octal" : " hexadecimal") + " digits",
                        text.substring(escape, Math.min(i, text.length())),
                        null);
            }
            value = value * radix + digit;
        }
        if (value > max) {
            throw query.malformed(
                    escape, "the escape is beyond its largest value", text.substring(escape, from + count), null);
        }
        return (int) value;
    }
}

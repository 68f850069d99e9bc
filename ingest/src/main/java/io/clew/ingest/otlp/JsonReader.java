package io.clew.ingest.otlp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * JSON (RFC 8259) pulled straight from bytes, for a caller that descends: nothing is allocated per token, strings stay
 * the bytes they are, and what nobody asked for is skipped without recursion, however deep. Strings are not checked for
 * UTF-8 here: whoever keeps one does. ADR 0005 says why this is not a library. For one thread.
 */
final class JsonReader {
    private byte[] a = new byte[0];
    private int p;
    private int end;

    private int textFrom;
    private int textEnd;
    private boolean escaped;

    /** Whether objects are open, by level, while a value is skipped; else arrays are. */
    private long[] open = new long[2];

    /** Starts a document; a byte order mark is passed over. */
    void start(byte[] body, int from, int end) {
        a = body;
        p = from;
        this.end = end;
        if (end - from >= 3 && a[p] == (byte) 0xEF && a[p + 1] == (byte) 0xBB && a[p + 2] == (byte) 0xBF) {
            p += 3;
        }
    }

    /** Forgets the document, and memory that only an unusual one needed. */
    void end() {
        a = new byte[0];
        if (open.length > 1024) {
            open = new long[2];
        }
    }

    int position() {
        return p;
    }

    /** The first byte of the next token, which is not consumed; -1 at the end. */
    int peek() {
        while (p < end) {
            byte b = a[p];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b & 0xFF;
            }
            p++;
        }
        return -1;
    }

    FormatException unexpected(String wanted) {
        int next = peek();
        String read = next < 0
                ? "the end of the body"
                : next > ' ' && next < 0x7F ? "'" + (char) next + '\'' : "byte 0x" + Integer.toHexString(next);
        return new FormatException(p, "expected " + wanted + ", read " + read);
    }

    void expect(char token, String wanted) throws FormatException {
        if (peek() != token) {
            throw unexpected(wanted);
        }
        p++;
    }

    void expectEnd() throws FormatException {
        if (peek() >= 0) {
            throw unexpected("the end of the body");
        }
    }

    /** Whether another element stands before {@code close}, which is consumed if not; commas are. */
    boolean more(boolean first, char close) throws FormatException {
        int next = peek();
        if (next == close) {
            p++;
            return false;
        }
        if (!first) {
            if (next != ',') {
                throw unexpected("',' or '" + close + '\'');
            }
            p++;
        }
        return true;
    }

    /** Reads a field's name and its colon; the name is {@link #text} now. */
    void name() throws FormatException {
        string("a field name in quotes");
        expect(':', "':' after a field name");
    }

    /** Consumes null if that is next. */
    boolean nullValue() throws FormatException {
        if (peek() != 'n') {
            return false;
        }
        literal("null");
        return true;
    }

    boolean bool() throws FormatException {
        boolean value = peek() == 't';
        literal(value ? "true" : "false");
        return value;
    }

    private void literal(String word) throws FormatException {
        for (int i = 0; i < word.length(); i++) {
            if (p + i >= end || a[p + i] != word.charAt(i)) {
                throw new FormatException(p, "expected " + word);
            }
        }
        p += word.length();
    }

    /** Reads a string; its content as it stands, escapes and all, lies from {@link #textFrom} to {@link #textEnd}. */
    void string(String wanted) throws FormatException {
        expect('"', wanted);
        textFrom = p;
        escaped = false;
        int q = p;
        while (true) {
            if (q >= end) {
                throw new FormatException(textFrom - 1, "a string does not end");
            }
            byte b = a[q];
            if (b == '"') {
                break;
            }
            if (b == '\\') {
                escaped = true;
                q = escape(q);
            } else if (b >= 0 && b < ' ') {
                throw new FormatException(q, "a control character must be escaped in a string");
            } else {
                q++;
            }
        }
        textEnd = q;
        p = q + 1;
    }

    /** Checks the escape at {@code at} and returns the position behind it. */
    private int escape(int at) throws FormatException {
        int kind = at + 1 < end ? a[at + 1] : -1;
        if (kind == 'u') {
            for (int i = at + 2; i < at + 6; i++) {
                if (i >= end || io.clew.model.Hex.digit(a[i]) < 0) {
                    throw new FormatException(at, "\\u needs four hexadecimal digits");
                }
            }
            return at + 6;
        }
        if (kind < 0 || "\"\\/bfnrt".indexOf(kind) < 0) {
            throw new FormatException(at, "there is no such escape in a JSON string");
        }
        return at + 2;
    }

    /** Reads a number as text. */
    void number(String wanted) throws FormatException {
        peek();
        int q = p;
        if (q < end && a[q] == '-') {
            q++;
        }
        int digits = q;
        q = digits(q);
        if (q == digits) {
            throw unexpected(wanted);
        }
        if (q - digits > 1 && a[digits] == '0') {
            throw new FormatException(p, "a number must not begin with 0");
        }
        if (q < end && a[q] == '.') {
            q = needDigits(q + 1);
        }
        if (q < end && (a[q] | 0x20) == 'e') {
            q++;
            q = needDigits(q < end && (a[q] == '+' || a[q] == '-') ? q + 1 : q);
        }
        textFrom = p;
        textEnd = q;
        escaped = false;
        p = q;
    }

    private int digits(int at) {
        int q = at;
        while (q < end && a[q] >= '0' && a[q] <= '9') {
            q++;
        }
        return q;
    }

    private int needDigits(int at) throws FormatException {
        int q = digits(at);
        if (q == at) {
            throw new FormatException(p, "a number ends without a digit");
        }
        return q;
    }

    byte[] array() {
        return a;
    }

    /** Where the content of the string or number read last begins. */
    int textFrom() {
        return textFrom;
    }

    int textEnd() {
        return textEnd;
    }

    /** Whether the string read last has escapes, so that its bytes are not its content. */
    boolean escaped() {
        return escaped;
    }

    /** The string or number read last, for short ones. */
    String text() {
        if (!escaped) {
            return new String(a, textFrom, textEnd - textFrom, StandardCharsets.UTF_8);
        }
        byte[] out = new byte[textEnd - textFrom];
        return new String(out, 0, unescape(out, 0), StandardCharsets.UTF_8);
    }

    /** The field that the name read last means, or null. */
    Message.@Nullable Field field(Message message) {
        if (!escaped) {
            return message.field(a, textFrom, textEnd);
        }
        byte[] name = new byte[textEnd - textFrom];
        return message.field(name, 0, unescape(name, 0));
    }

    /**
     * Writes the content of the string read last, which is never longer than it stands. Half a surrogate pair becomes
     * three bytes that are not valid UTF-8, so that it is found as such.
     *
     * @return the position behind the content
     */
    int unescape(byte[] out, int at) {
        int q = textFrom;
        int o = at;
        while (q < textEnd) {
            byte b = a[q++];
            if (b != '\\') {
                out[o++] = b;
                continue;
            }
            byte kind = a[q++];
            if (kind != 'u') {
                out[o++] = (byte)
                        switch (kind) {
                            case 'b' -> '\b';
                            case 'f' -> '\f';
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            case 't' -> '\t';
                            default -> kind;
                        };
                continue;
            }
            int c = unit(q);
            q += 4;
            if (Character.isHighSurrogate((char) c) && q + 6 <= textEnd && a[q] == '\\' && a[q + 1] == 'u') {
                int low = unit(q + 2);
                if (Character.isLowSurrogate((char) low)) {
                    c = Character.toCodePoint((char) c, (char) low);
                    q += 6;
                }
            }
            o = encode(c, out, o);
        }
        return o;
    }

    private int unit(int at) {
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            value = value << 4 | io.clew.model.Hex.digit(a[i]);
        }
        return value;
    }

    private static int encode(int c, byte[] out, int at) {
        int o = at;
        if (c < 0x80) {
            out[o++] = (byte) c;
            return o;
        }
        int tails = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        out[o++] = (byte) (0xFF << 7 - tails | c >>> 6 * tails);
        for (int i = tails - 1; i >= 0; i--) {
            out[o++] = (byte) (0x80 | c >>> 6 * i & 0x3F);
        }
        return o;
    }

    /** Passes over the next value, whatever it is. */
    void skipValue() throws FormatException {
        int depth = 0;
        do {
            int next = peek();
            switch (next) {
                case '{', '[' -> {
                    p++;
                    if (more(true, next == '{' ? '}' : ']')) {
                        push(depth++, next == '{');
                        nameIfIn(next == '{');
                        continue;
                    }
                }
                case '"' -> string("a value");
                case 't', 'f' -> bool();
                case 'n' -> nullValue();
                default -> number("a value");
            }
            while (depth > 0 && !more(false, object(depth - 1) ? '}' : ']')) {
                depth--;
            }
            if (depth > 0) {
                nameIfIn(object(depth - 1));
            }
        } while (depth > 0);
    }

    private void nameIfIn(boolean object) throws FormatException {
        if (object) {
            name();
        }
    }

    private void push(int level, boolean object) {
        int word = level >>> 6;
        if (word == open.length) {
            open = Arrays.copyOf(open, word * 2);
        }
        long bit = 1L << level;
        open[word] = object ? open[word] | bit : open[word] & ~bit;
    }

    private boolean object(int level) {
        return (open[level >>> 6] & 1L << level) != 0;
    }
}

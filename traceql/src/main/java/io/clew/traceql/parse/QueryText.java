package io.clew.traceql.parse;

import io.clew.traceql.parse.TraceqlException.Reason;
import org.jspecify.annotations.Nullable;

/** The text of a query, and the errors that point into it. */
public record QueryText(String text) {
    /** Longest query, in UTF-8 bytes. */
    public static final int MAX_BYTES = 128 * 1024;

    /** Code points of the line shown on each side of the caret. */
    private static final int CONTEXT = 60;

    /**
     * Checks length and encoding.
     *
     * @throws TraceqlException when the text is longer than {@link #MAX_BYTES} or holds half of a surrogate pair
     */
    public QueryText {
        int bytes = text.length() > MAX_BYTES ? text.length() : utf8Length(text);
        if (bytes > MAX_BYTES) {
            throw new TraceqlException(
                    Reason.LIMIT,
                    1,
                    1,
                    "the query is longer than " + MAX_BYTES + " bytes",
                    null,
                    "at most " + MAX_BYTES + " bytes",
                    null,
                    caret(text, 0));
        }
        for (int at = 0; at < text.length(); at = text.offsetByCodePoints(at, 1)) {
            int c = text.codePointAt(at);
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                throw error(text, Reason.SYNTAX, at, "half of a surrogate pair is not a character", null, null, null);
            }
        }
    }

    /** Something else stands where {@code expected} should. */
    TraceqlException unexpected(int at, String read, String expected, @Nullable String hint) {
        return error(Reason.SYNTAX, at, "read " + shorten(read) + ", expected " + expected, read, expected, hint);
    }

    /** A problem of the text that is not just the wrong token. */
    TraceqlException malformed(int at, String problem, @Nullable String read, @Nullable String expected) {
        String message = expected == null ? problem : problem + ", expected " + expected;
        return error(Reason.SYNTAX, at, message, read, expected, null);
    }

    TraceqlException unsupported(int at, String what, String read) {
        return error(Reason.UNSUPPORTED, at, what + " not supported yet", read, null, null);
    }

    TraceqlException tooDeep(int at) {
        return error(
                Reason.LIMIT,
                at,
                "the query nests deeper than " + Parser.MAX_DEPTH + " levels",
                null,
                "at most " + Parser.MAX_DEPTH + " levels",
                null);
    }

    /** Operands that can never go together, or an operation that can have no result. */
    public TraceqlException type(int at, String problem, @Nullable String read, @Nullable String expected) {
        return error(Reason.TYPE, at, problem, read, expected, null);
    }

    /** Where an offset stands, in words. */
    String place(int at) {
        int lineStart = lineStart(text, at);
        long line =
                1 + text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
        return "line " + line + ", column " + (1 + text.codePointCount(lineStart, at));
    }

    private TraceqlException error(
            Reason reason,
            int at,
            String problem,
            @Nullable String read,
            @Nullable String expected,
            @Nullable String hint) {
        return error(text, reason, at, problem, read, expected, hint);
    }

    private static TraceqlException error(
            String text,
            Reason reason,
            int at,
            String problem,
            @Nullable String read,
            @Nullable String expected,
            @Nullable String hint) {
        int spot = Math.max(0, Math.min(at, text.length()));
        int lineStart = lineStart(text, spot);
        int line = 1
                + (int) text.substring(0, lineStart)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        int column = 1 + text.codePointCount(lineStart, spot);
        return new TraceqlException(
                reason, line, column, problem, read == null ? null : shorten(read), expected, hint, caret(text, spot));
    }

    private static int lineStart(String text, int spot) {
        return text.lastIndexOf('\n', spot - 1) + 1;
    }

    private static String caret(String text, int spot) {
        int lineStart = lineStart(text, spot);
        int newline = text.indexOf('\n', spot);
        int lineEnd = newline < 0 ? text.length() : newline;
        int before = Math.min(CONTEXT, text.codePointCount(lineStart, spot));
        int after = Math.min(CONTEXT, text.codePointCount(spot, lineEnd));
        int from = text.offsetByCodePoints(spot, -before);
        int to = text.offsetByCodePoints(spot, after);
        StringBuilder shown = new StringBuilder();
        StringBuilder indent = new StringBuilder();
        if (from > lineStart) {
            shown.append("... ");
            indent.append("    ");
        }
        text.substring(from, to).codePoints().forEach(c -> shown.appendCodePoint(printable(c)));
        text.substring(from, spot)
                .codePoints()
                .forEach(c -> indent.append(c == '\t' ? '\t' : isWide(c) ? '\u3000' : ' '));
        if (to < lineEnd) {
            shown.append(" ...");
        }
        return shown + "\n" + indent + "^";
    }

    private static int printable(int c) {
        return c != '\t' && (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) ? 0xFFFD : c;
    }

    /** Characters that fixed-width fonts draw two columns wide. */
    private static boolean isWide(int c) {
        return Character.isIdeographic(c)
                || c >= 0x3000 && c <= 0x30FF
                || c >= 0xAC00 && c <= 0xD7A3
                || c >= 0xFF01 && c <= 0xFF60;
    }

    private static String shorten(String read) {
        int length = read.codePointCount(0, read.length());
        return length <= CONTEXT ? read : read.substring(0, read.offsetByCodePoints(0, CONTEXT)) + "...";
    }

    private static int utf8Length(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    }
}

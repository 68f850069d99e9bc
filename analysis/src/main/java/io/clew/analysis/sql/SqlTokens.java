package io.clew.analysis.sql;

import java.util.Locale;

/**
 * The tokens of an SQL text, comments and blanks left out. Anything that ends too early ends with the text. For one text and
 * one thread.
 */
final class SqlTokens {
    private static final String OPERATORS = "+-*/<>=~!@#%^&|:";
    /** A name that goes on is cut; nobody reads it. */
    private static final int LONGEST_NAME = 256;

    private final String sql;
    private final Dialect dialect;
    private int at;
    private Kind kind = Kind.SIGN;
    private String text = "";
    /** Where the last named place ends, so that none is looked for behind it; -1 when there is none. */
    private final int lastNamed;
    /** Whether a value or name ended just before, so that a minus after it subtracts. */
    private boolean afterOperand;

    SqlTokens(String sql, Dialect dialect) {
        this.sql = sql;
        this.dialect = dialect;
        this.lastNamed = sql.lastIndexOf(")s");
    }

    /** What a token is. */
    enum Kind {
        /** A keyword or a name without quotes, in lower case. */
        WORD,
        /** A name in its quotes. */
        QUOTED,
        /** A literal or parameter; its text is a question mark. */
        VALUE,
        /** An operator or a mark of punctuation. */
        SIGN
    }

    Kind kind() {
        return kind;
    }

    String text() {
        return text;
    }

    /** Goes on to the next; false at the end. */
    boolean next() {
        skip();
        if (at >= sql.length()) {
            return false;
        }
        char c = sql.charAt(at);
        if (c == '\'') {
            quoted('\'', dialect.backslash());
            value();
        } else if (c == '"' && dialect.doubleQuoted()) {
            quoted('"', dialect.backslash());
            value();
        } else if (c == '"' || c == '`' || c == '[' && dialect.brackets()) {
            int from = at;
            quoted(c == '[' ? ']' : c, false);
            set(Kind.QUOTED, sql.substring(from, Math.min(at, from + LONGEST_NAME)), true);
        } else if (isDigit(c) || c == '.' && isDigit(peek(1)) && !afterOperand) {
            number();
            value();
        } else if (isWordStart(c)) {
            word();
        } else if (c == '$') {
            dollar();
        } else if (c == '?') {
            at++;
            digits();
            value();
        } else {
            sign(c);
        }
        return true;
    }

    private void set(Kind newKind, String newText, boolean operand) {
        kind = newKind;
        text = newText;
        afterOperand = operand;
    }

    private void value() {
        set(Kind.VALUE, "?", true);
    }

    /** The character so far ahead, or 0 behind the end. */
    private char peek(int ahead) {
        return at + ahead < sql.length() ? sql.charAt(at + ahead) : 0;
    }

    /** Passes over blanks and comments. */
    private void skip() {
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c == '-' && peek(1) == '-' || c == '#' && dialect.hash()) {
                while (at < sql.length() && sql.charAt(at) != '\n') {
                    at++;
                }
            } else if (c == '/' && peek(1) == '*') {
                comment();
            } else if (c <= ' ' || Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\uFEFF') {
                at++;
            } else {
                return;
            }
        }
    }

    private void comment() {
        at += 2;
        for (int depth = 1; at < sql.length() && depth > 0; at++) {
            if (sql.charAt(at) == '*' && peek(1) == '/') {
                depth--;
                at++;
            } else if (dialect.nested() && sql.charAt(at) == '/' && peek(1) == '*') {
                depth++;
                at++;
            }
        }
    }

    /** Passes over what stands in quotes; the end mark doubled is none. */
    private void quoted(char end, boolean backslash) {
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at++);
            if (c == '\\' && backslash) {
                at++;
            } else if (c == end) {
                if (peek(0) != end) {
                    return;
                }
                at++;
            }
        }
        at = Math.min(at, sql.length());
    }

    private void number() {
        if (peek(0) == '0' && (peek(1) | 0x20) == 'x' || peek(0) == '0' && (peek(1) | 0x20) == 'b') {
            at += 2;
        }
        while (at < sql.length()) {
            char c = sql.charAt(at);
            boolean exponent = (c | 0x20) == 'e' && (peek(1) == '+' || peek(1) == '-') && isDigit(peek(2));
            if (exponent) {
                at += 2;
            } else if (!(isDigit(c) || c == '.' || c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')) {
                return;
            } else if (c == '.' && peek(1) == '.') {
                return;
            } else {
                at++;
            }
        }
    }

    private void digits() {
        while (isDigit(peek(0))) {
            at++;
        }
    }

    private void word() {
        int from = at++;
        while (at < sql.length() && isWordPart(sql.charAt(at))) {
            at++;
        }
        if (peek(0) == '\'' && isPrefix(from)) {
            prefixed(from);
            return;
        }
        if (at - from == 1
                && peek(0) == '&'
                && (sql.charAt(from) | 0x20) == 'u'
                && (peek(1) == '\'' || peek(1) == '"')) {
            at++;
            boolean name = peek(0) == '"';
            quoted(peek(0), false);
            if (name) {
                set(Kind.QUOTED, sql.substring(from, Math.min(at, from + LONGEST_NAME)), true);
            } else {
                value();
            }
            return;
        }
        String word = lower(from);
        set(Kind.WORD, word, !SqlForm.APART.contains(word));
    }

    /** What stands from there to here, in lower case. */
    private String lower(int from) {
        return sql.substring(from, Math.min(at, from + LONGEST_NAME)).toLowerCase(Locale.ROOT);
    }

    /** Whether the word before a quote belongs to the text: {@code N'..'}, {@code E'..'}, {@code X'..'}, {@code _utf8'..'}. */
    private boolean isPrefix(int from) {
        int length = at - from;
        char first = (char) (sql.charAt(from) | 0x20);
        return length == 1 && "nebxrqg".indexOf(first) >= 0
                || length == 2 && (first == 'n' && (sql.charAt(from + 1) | 0x20) == 'q' || first == 'r' || first == 'b')
                || sql.charAt(from) == '_';
    }

    private void prefixed(int from) {
        char last = (char) (sql.charAt(at - 1) | 0x20);
        char first = (char) (sql.charAt(from) | 0x20);
        if (last == 'q') {
            // Oracle: q'[ .. ]' with any mark for the bracket.
            char open = peek(1);
            char close = open == '[' ? ']' : open == '(' ? ')' : open == '{' ? '}' : open == '<' ? '>' : open;
            at += 2;
            while (at < sql.length() && !(sql.charAt(at) == close && peek(1) == '\'')) {
                at++;
            }
            at = Math.min(sql.length(), at + 2);
        } else {
            quoted('\'', first == 'e' || dialect.backslash() && first != 'r');
        }
        value();
    }

    /** A parameter {@code $1} or {@code $name}, or a text {@code $tag$ .. $tag$}. */
    private void dollar() {
        int from = at++;
        while (at < sql.length() && isWordPart(sql.charAt(at)) && sql.charAt(at) != '$') {
            at++;
        }
        if (peek(0) == '$' && !isDigit(sql.charAt(from + 1))) {
            String tag = sql.substring(from, ++at);
            int end = sql.indexOf(tag, at);
            at = end < 0 ? sql.length() : end + tag.length();
            value();
        } else if (at == from + 1) {
            set(Kind.SIGN, "$", false);
        } else {
            value();
        }
    }

    private void sign(char c) {
        if (c == '-' && !afterOperand && startsNumber(1) || c == '+' && !afterOperand && startsNumber(1)) {
            at++;
            number();
            value();
        } else if (c == ':' && peek(1) == ':') {
            at += 2;
            set(Kind.SIGN, "::", false);
        } else if (c == ':' && (isWordStart(peek(1)) || isDigit(peek(1))) && !isSlice()) {
            at++;
            name();
            value();
        } else if (c == '@' && peek(1) == '@' && isWordStart(peek(2))) {
            int from = at;
            at += 2;
            name();
            set(Kind.WORD, lower(from), true);
        } else if (c == '@' && isWordStart(peek(1))) {
            at++;
            name();
            value();
        } else if (c == '%' && (peek(1) == 's' || peek(1) == 'd') && !isWordPart(peek(2)) && !afterOperand) {
            at += 2;
            value();
        } else if (c == '%' && peek(1) == '(' && !afterOperand && at < lastNamed) {
            at = sql.indexOf(")s", at) + 2;
            value();
        } else if (OPERATORS.indexOf(c) >= 0) {
            int from = at;
            at++;
            while (OPERATORS.indexOf(peek(0)) >= 0 && peek(0) != 0 && isOperator(from)) {
                at++;
            }
            set(Kind.SIGN, sql.substring(from, at), false);
        } else {
            at++;
            set(Kind.SIGN, String.valueOf(c), c == ')' || c == ']');
        }
    }

    /** Whether an operator goes on: not into a comment, a sign or a parameter, and not without end. */
    private boolean isOperator(int from) {
        char c = peek(0);
        boolean comment = c == '-' && peek(1) == '-' || c == '/' && peek(1) == '*';
        boolean ownMeaning =
                (c == '-' || c == '+') && at > from && sql.charAt(at - 1) != '-' && sql.charAt(at - 1) != '<'
                        || (c == ':' || c == '@') && isWordStart(peek(1))
                        || c == '*' && sql.charAt(at - 1) != '*' && sql.charAt(at - 1) != '~'
                        || c == '%' && at > from;
        return !comment && !ownMeaning && at - from < 8 && !(c == '#' && dialect.hash());
    }

    /** In {@code a[1:2]} the colon separates. */
    private boolean isSlice() {
        return kind == Kind.VALUE && afterOperand && isDigit(peek(1));
    }

    private boolean startsNumber(int ahead) {
        return isDigit(peek(ahead)) || peek(ahead) == '.' && isDigit(peek(ahead + 1));
    }

    private void name() {
        while (at < sql.length() && isWordPart(sql.charAt(at))) {
            at++;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private boolean isWordStart(char c) {
        return c == '_'
                || Character.isLetter(c)
                || Character.isSurrogate(c)
                || c == '#' && !dialect.hash() && isLetterAfterHash();
    }

    /** A temporary table of SQL Server: {@code #name}. */
    private boolean isLetterAfterHash() {
        return dialect.brackets() && Character.isLetter(peek(1));
    }

    private static boolean isWordPart(char c) {
        return c == '_' || c == '$' || Character.isLetterOrDigit(c) || Character.isSurrogate(c);
    }
}

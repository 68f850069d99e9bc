package io.clew.analysis.map;

/**
 * The first table that an SQL statement names: the identifier after FROM, INTO, UPDATE, JOIN or TABLE that is no
 * subquery. Not a parser: it passes over quoted texts and comments, and knows that {@code FROM} in {@code EXTRACT(.. FROM ..)}
 * and the like is followed by an expression only when that is in parentheses.
 */
final class SqlTable {
    private static final int LONGEST_STATEMENT = 4096;

    private SqlTable() {}

    /** Where the name stands: offset in the upper half, length in the lower; 0 when none is named. Schema and quotes excluded. */
    static long find(byte[] sql, int offset, int length) {
        int end = offset + Math.min(length, LONGEST_STATEMENT);
        int at = offset;
        boolean wanted = false;
        while (at < end) {
            byte b = sql[at];
            if (b == '\'') {
                at = after(sql, at + 1, end, (byte) '\'');
                wanted = false;
            } else if (b == '-' && at + 1 < end && sql[at + 1] == '-') {
                at = after(sql, at, end, (byte) '\n');
            } else if (b == '/' && at + 1 < end && sql[at + 1] == '*') {
                at = afterComment(sql, at + 2, end);
            } else if (wanted && (b == '"' || b == '`' || b == '[')) {
                return name(sql, at, end);
            } else if (isLetter(b)) {
                int wordEnd = at;
                while (wordEnd < end && isPart(sql[wordEnd])) {
                    wordEnd++;
                }
                if (wanted && !isNoise(sql, at, wordEnd)) {
                    return name(sql, at, end);
                }
                wanted = wanted || announces(sql, at, wordEnd);
                at = wordEnd;
            } else {
                wanted = wanted && (b == ' ' || b == '\n' || b == '\t' || b == '\r');
                at++;
            }
        }
        return 0;
    }

    private static int after(byte[] sql, int at, int end, byte mark) {
        while (at < end && sql[at] != mark) {
            at++;
        }
        return at + 1;
    }

    private static int afterComment(byte[] sql, int at, int end) {
        while (at + 1 < end && !(sql[at] == '*' && sql[at + 1] == '/')) {
            at++;
        }
        return at + 2;
    }

    /** The last part of a dotted name, quotes taken off. */
    private static long name(byte[] sql, int at, int end) {
        int from = at;
        int to = at;
        while (to < end) {
            byte quote = sql[to];
            if (quote == '"' || quote == '`' || quote == '[') {
                from = to + 1;
                to = after(sql, from, end, quote == '[' ? (byte) ']' : quote) - 1;
                if (to + 1 < end && sql[to + 1] == '.') {
                    to += 2;
                    from = to;
                    continue;
                }
                break;
            }
            from = to;
            while (to < end && isPart(sql[to])) {
                to++;
            }
            if (to < end && sql[to] == '.') {
                to++;
                from = to;
                continue;
            }
            break;
        }
        return to > from && to <= end ? (long) from << 32 | to - from : 0;
    }

    private static boolean announces(byte[] sql, int from, int to) {
        return is(sql, from, to, "from")
                || is(sql, from, to, "into")
                || is(sql, from, to, "update")
                || is(sql, from, to, "join")
                || is(sql, from, to, "table");
    }

    /** Words that may stand between the keyword and the name. */
    private static boolean isNoise(byte[] sql, int from, int to) {
        return is(sql, from, to, "only")
                || is(sql, from, to, "if")
                || is(sql, from, to, "not")
                || is(sql, from, to, "exists")
                || is(sql, from, to, "low_priority")
                || is(sql, from, to, "ignore")
                || is(sql, from, to, "lateral");
    }

    private static boolean is(byte[] sql, int from, int to, String lower) {
        if (to - from != lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            if ((sql[from + i] | 0x20) != (lower.charAt(i) | 0x20)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' || b == '#' || b == '@' || b < 0;
    }

    private static boolean isPart(byte b) {
        return isLetter(b) || b >= '0' && b <= '9' || b == '$';
    }
}

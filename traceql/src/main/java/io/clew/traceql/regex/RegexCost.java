package io.clew.traceql.regex;

/**
 * Refuses expressions that would take too much stack or memory to compile: nested too deeply, or with repetition counts
 * that multiply to too large a program. A conservative reading of the text: brackets that are escaped or in classes are
 * told apart, the rest is counted as it stands.
 */
final class RegexCost {
    /** Deepest nesting of groups. */
    static final int MAX_DEPTH = 100;

    /** Largest size of the expression with its repetitions written out, in characters. */
    static final long MAX_EXPANDED = 100_000;

    private final String expression;
    private int at;

    private RegexCost(String expression) {
        this.expression = expression;
    }

    static void check(String expression) throws RegexException {
        RegexCost cost = new RegexCost(expression);
        while (cost.at < expression.length()) {
            cost.size(1);
            // An unmatched closing bracket ends the scan of a level; the compiler names it.
            cost.at++;
        }
    }

    /** The size of what stands from here to the closing bracket of this level. */
    private long size(int depth) throws RegexException {
        if (depth > MAX_DEPTH) {
            throw new RegexException("groups nest deeper than " + MAX_DEPTH + " levels");
        }
        long total = 0;
        long last = 0;
        while (at < expression.length() && expression.charAt(at) != ')') {
            char c = expression.charAt(at);
            if (c == '(') {
                at++;
                last = 1 + size(depth + 1);
                at++;
                total += last;
            } else if (c == '{') {
                long times = repetition();
                total += last * (times - 1);
                last *= times;
            } else {
                last = 1;
                total++;
                if (c == '\\') {
                    at += 2;
                } else if (c == '[') {
                    skipClass();
                } else {
                    at++;
                }
            }
            if (total > MAX_EXPANDED) {
                throw new RegexException(
                        "written out without repetition counts it is longer than " + MAX_EXPANDED + " characters");
            }
        }
        return total;
    }

    /** Reads {@code {n}}, {@code {n,}} or {@code {n,m}} and returns its largest count, at least 1; 1 for anything else. */
    private long repetition() {
        long largest = 1;
        long number = 0;
        int i = at + 1;
        for (; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (c >= '0' && c <= '9') {
                number = Math.min(number * 10 + (c - '0'), MAX_EXPANDED);
            } else if (c == ',') {
                largest = Math.max(largest, number);
                number = 0;
            } else {
                break;
            }
        }
        boolean closed = i < expression.length() && expression.charAt(i) == '}';
        at = closed ? i + 1 : at + 1;
        return closed ? Math.max(largest, number) : 1;
    }

    private void skipClass() {
        at++;
        boolean first = true;
        while (at < expression.length()) {
            char c = expression.charAt(at);
            if (c == ']' && !first) {
                at++;
                return;
            }
            first = first && c == '^';
            at += c == '\\' ? 2 : 1;
        }
    }
}

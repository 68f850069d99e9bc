package io.clew.traceql.regex;

import org.jspecify.annotations.Nullable;

/**
 * Finds a text that every match of a regular expression contains: the longest run of plain characters outside groups
 * and classes that no quantifier makes optional. Gives up, which is always right, on alternatives, flags and rare
 * escapes.
 */
final class RequiredLiteral {
    private final String expression;
    private int at;
    private final StringBuilder run = new StringBuilder();
    private String best = "";

    private RequiredLiteral(String expression) {
        this.expression = expression;
    }

    /** The text, or null when none is found. The expression must be valid. */
    static @Nullable String of(String expression) {
        RequiredLiteral search = new RequiredLiteral(expression);
        return search.scan() && !search.best.isEmpty() ? search.best : null;
    }

    /** False when nothing is certain. */
    private boolean scan() {
        while (at < expression.length()) {
            int c = expression.codePointAt(at);
            int width = Character.charCount(c);
            switch (c) {
                case '|' -> {
                    return false;
                }
                case '(' -> {
                    endRun();
                    if (!skipGroup()) {
                        return false;
                    }
                }
                case '[' -> {
                    endRun();
                    if (!skipClass()) {
                        return false;
                    }
                }
                case '*', '?', '{' -> {
                    // "{" that begins no repetition is a plain character; dropping what stands before it is still
                    // right.
                    dropLast();
                    endRun();
                    skipRepetition(c);
                }
                case '.', '^', '$', '+' -> {
                    endRun();
                    at++;
                }
                case '\\' -> {
                    int escaped = at + 1 < expression.length() ? expression.codePointAt(at + 1) : 0;
                    if (escaped < '!' || escaped > '~' || Character.isLetterOrDigit(escaped)) {
                        if ("dDsSwWbB".indexOf(escaped) < 0) {
                            return false;
                        }
                        endRun();
                    } else {
                        run.append((char) escaped);
                    }
                    at += 2;
                }
                default -> {
                    run.appendCodePoint(c);
                    at += width;
                }
            }
        }
        endRun();
        return true;
    }

    private void endRun() {
        if (run.length() > best.length()) {
            best = run.toString();
        }
        run.setLength(0);
    }

    private void dropLast() {
        if (!run.isEmpty()) {
            run.setLength(run.offsetByCodePoints(run.length(), -1));
        }
    }

    private void skipRepetition(int c) {
        int close = c == '{' ? expression.indexOf('}', at) : -1;
        at = close < 0 ? at + 1 : close + 1;
    }

    /** Skips a balanced group; false when it sets flags or holds what could hide its end. */
    private boolean skipGroup() {
        int depth = 0;
        do {
            switch (expression.charAt(at)) {
                case '(' -> {
                    depth++;
                    boolean special = expression.startsWith("(?", at);
                    if (special && !expression.startsWith("(?:", at) && !expression.startsWith("(?P<", at)) {
                        return false;
                    }
                    at++;
                }
                case ')' -> {
                    depth--;
                    at++;
                }
                case '[' -> {
                    if (!skipClass()) {
                        return false;
                    }
                }
                case '\\' -> {
                    if (expression.startsWith("\\Q", at)) {
                        return false;
                    }
                    at += 2;
                }
                default -> at++;
            }
        } while (depth > 0 && at < expression.length());
        return depth == 0;
    }

    /** Skips a character class; false when it holds named classes, whose end is harder to find. */
    private boolean skipClass() {
        at++;
        if (at < expression.length() && expression.charAt(at) == '^') {
            at++;
        }
        boolean first = true;
        while (at < expression.length()) {
            char c = expression.charAt(at);
            if (c == ']' && !first) {
                at++;
                return true;
            }
            if (c == '[') {
                return false;
            }
            at += c == '\\' ? 2 : 1;
            first = false;
        }
        return false;
    }
}

package io.clew.traceql.parse;

import io.clew.traceql.ast.Value;

/**
 * An int, a float, or a duration: a number with a unit right behind it. Durations are read in Prometheus' style
 * (whole numbers of {@code y w d h m s ms}, each at most once, in this order; a day has 24 hours, a year 365 days), else in
 * Go's (decimals of {@code h m s ms us µs ns} in any order).
 *
 * @param end offset after the last character
 */
record NumberLiteral(Value value, int end) {

    static NumberLiteral read(QueryText query, int from) {
        String text = query.text();
        int end = from;
        while (end < text.length() && continuesDuration(text.charAt(end))) {
            end++;
        }
        String written = text.substring(from, end);
        if (written.chars().anyMatch(Character::isLetter) && !isExponent(written)) {
            try {
                if (end < text.length() && text.charAt(end) == '_') {
                    throw new IllegalArgumentException("a word goes on");
                }
                return new NumberLiteral(new Value.Duration(DurationText.parse(written)), end);
            } catch (ArithmeticException tooLarge) {
                throw query.malformed(
                        from, "the duration is longer than 64-bit nanoseconds (292 years)", "`" + written + "`", null);
            } catch (IllegalArgumentException notADuration) {
                throw query.unexpected(
                        from,
                        "`" + endOfGarbage(text, from, end) + "`",
                        "a number or a duration",
                        "durations are written like 1d12h, 1.5s, 100ms, 20us or 7ns");
            }
        }
        return number(query, from);
    }

    private static NumberLiteral number(QueryText query, int from) {
        String text = query.text();
        int end = digits(text, from);
        boolean real = false;
        if (end < text.length() && text.charAt(end) == '.') {
            real = true;
            end = digits(text, end + 1);
        }
        int exponent = exponentEnd(text, end);
        if (exponent > end) {
            real = true;
            end = exponent;
        }
        String written = text.substring(from, end);
        if (end < text.length()
                && (Character.isLetter(text.codePointAt(end)) || text.charAt(end) == '_' || text.charAt(end) == '.')) {
            throw query.unexpected(
                    from,
                    "`" + endOfGarbage(text, from, end) + "`",
                    "a number or a duration",
                    "a text is written in double quotes");
        }
        if (real) {
            double value = Double.parseDouble(written);
            if (Double.isInfinite(value)) {
                throw query.malformed(
                        from, "the number is larger than a 64-bit float can be", "`" + written + "`", null);
            }
            return new NumberLiteral(new Value.Real(value), end);
        }
        try {
            return new NumberLiteral(new Value.Int(Long.parseLong(written)), end);
        } catch (NumberFormatException tooLarge) {
            throw query.malformed(
                    from,
                    "the number does not fit 64 bits",
                    "`" + written + "`",
                    "at most 9223372036854775807; the smallest int is written minInt");
        }
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    /** The end of an exponent at {@code from}, or {@code from} when there is none. */
    private static int exponentEnd(String text, int from) {
        if (from >= text.length() || (text.charAt(from) | 0x20) != 'e') {
            return from;
        }
        int at = from + 1;
        if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
            at++;
        }
        int end = digits(text, at);
        return end > at ? end : from;
    }

    private static boolean isExponent(String written) {
        return written.chars().filter(Character::isLetter).allMatch(c -> c == 'e' || c == 'E');
    }

    private static boolean continuesDuration(char c) {
        return c >= '0' && c <= '9' || c == '.' || Character.isLetter(c);
    }

    private static String endOfGarbage(String text, int from, int end) {
        int at = end;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_' || text.charAt(at) == '.')) {
            at++;
        }
        return text.substring(from, at);
    }
}

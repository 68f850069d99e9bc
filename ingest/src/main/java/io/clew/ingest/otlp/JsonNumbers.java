package io.clew.ingest.otlp;

import java.math.BigDecimal;

/**
 * Numbers of ProtoJSON, which come as JSON numbers or as strings: integers also with a fraction of zeros or an exponent,
 * doubles also by name. Plain decimal integers allocate nothing. Stateless.
 */
final class JsonNumbers {
    /** Longest number read, in characters: an exact double has at most 767 significant digits. */
    private static final int LONGEST = 2_000;

    private JsonNumbers() {}

    /** Reads the number or string that is next as an integer from {@code min} to {@code max}, both signed. */
    static long integer(JsonReader json, long min, long max) throws FormatException {
        int at = text(json, "an integer");
        byte[] a = json.array();
        int from = json.textFrom();
        int end = json.textEnd();
        boolean negative = from < end && a[from] == '-';
        int first = negative ? from + 1 : from;
        long value = 0;
        boolean plain = end > first && end - first <= 18;
        for (int i = first; plain && i < end; i++) {
            plain = a[i] >= '0' && a[i] <= '9';
            value = value * 10 + a[i] - '0';
        }
        if (!plain) {
            BigDecimal exact = exact(json, at);
            if (exact.compareTo(BigDecimal.valueOf(min)) < 0 || exact.compareTo(BigDecimal.valueOf(max)) > 0) {
                throw outside(at, json, Long.toString(min), Long.toString(max));
            }
            return exact.longValue();
        }
        value = negative ? -value : value;
        if (value < min || value > max) {
            throw outside(at, json, Long.toString(min), Long.toString(max));
        }
        return value;
    }

    /** Reads an unsigned integer of 64 bits. */
    static long unsigned(JsonReader json) throws FormatException {
        int at = text(json, "an unsigned integer");
        byte[] a = json.array();
        int from = json.textFrom();
        int end = json.textEnd();
        long value = 0;
        boolean plain = end > from && end - from <= 19;
        for (int i = from; plain && i < end; i++) {
            plain = a[i] >= '0' && a[i] <= '9';
            value = value * 10 + a[i] - '0';
        }
        if (plain) {
            return value;
        }
        BigDecimal exact = exact(json, at);
        if (exact.signum() < 0 || exact.toBigInteger().bitLength() > 64) {
            throw outside(at, json, "0", "18446744073709551615");
        }
        return exact.toBigInteger().longValue();
    }

    static double real(JsonReader json) throws FormatException {
        int at = text(json, "a number");
        checkLength(json, at);
        String text = json.text();
        if (text.equals("NaN")) {
            return Double.NaN;
        }
        if (text.equals("Infinity") || text.equals("-Infinity")) {
            return text.charAt(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        double value = plainNumber(text) ? number(text) : Double.NaN;
        if (Double.isNaN(value)) {
            throw new FormatException(at, "expected a number, read " + quoted(text));
        }
        if (Double.isInfinite(value)) {
            throw new FormatException(at, text + " is outside the range of a double");
        }
        return value;
    }

    /** Whether Java's own additions (hexadecimal floats, type suffixes, white space) are absent. */
    private static boolean plainNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9' || "+-.eE".indexOf(c) >= 0);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static BigDecimal exact(JsonReader json, int at) throws FormatException {
        checkLength(json, at);
        String text = json.text();
        BigDecimal value;
        try {
            value = new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new FormatException(at, "expected an integer, read " + quoted(text));
        }
        // Looked at before anything is expanded: 1e999999999 is short to write.
        long integerDigits = (long) value.precision() - value.scale();
        if (value.signum() != 0 && integerDigits > 20) {
            throw new FormatException(at, quoted(text) + " has too many digits for 64 bits");
        }
        if (value.signum() != 0
                && (integerDigits < 1 || value.stripTrailingZeros().scale() > 0)) {
            throw new FormatException(at, "expected an integer, read " + quoted(text));
        }
        return value.signum() == 0 ? BigDecimal.ZERO : value;
    }

    private static void checkLength(JsonReader json, int at) throws FormatException {
        if (json.textEnd() - json.textFrom() > LONGEST) {
            throw new FormatException(at, "a number is longer than " + LONGEST + " characters");
        }
    }

    /** Reads the string or number that is next as text, and returns where it begins. */
    private static int text(JsonReader json, String wanted) throws FormatException {
        if (json.peek() == '"') {
            int at = json.position();
            json.string(wanted);
            return at;
        }
        int at = json.position();
        json.number(wanted);
        return at;
    }

    private static FormatException outside(int at, JsonReader json, String min, String max) {
        return new FormatException(at, quoted(json.text()) + " is not from " + min + " to " + max);
    }

    private static String quoted(String text) {
        return '"' + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + '"';
    }
}

package io.clew.traceql.parse;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as text, in the two styles of {@link NumberLiteral}. */
public final class DurationText {
    private static final List<String> PROMETHEUS_ORDER = List.of("y", "w", "d", "h", "m", "s", "ms");
    private static final Map<String, Long> NANOS = Map.of(
            "y", 365L * 86_400_000_000_000L,
            "w", 7L * 86_400_000_000_000L,
            "d", 86_400_000_000_000L,
            "h", 3_600_000_000_000L,
            "m", 60_000_000_000L,
            "s", 1_000_000_000L,
            "ms", 1_000_000L,
            "us", 1_000L,
            "ns", 1L);
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(\\p{L}+)");
    private static final int MAX_LENGTH = 100;

    private DurationText() {}

    /**
     * Nanoseconds of a duration such as {@code 1d12h} or {@code 1.5s}; fractions of a nanosecond are cut off.
     *
     * @throws ArithmeticException when it does not fit 64-bit nanoseconds
     * @throws IllegalArgumentException when the text is no duration
     */
    public static long parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a duration has at most " + MAX_LENGTH + " characters");
        }
        Matcher part = PART.matcher(text);
        BigDecimal sum = BigDecimal.ZERO;
        int at = 0;
        int lastUnit = -1;
        boolean prometheus = true;
        boolean go = true;
        while (at < text.length()) {
            if (!part.find(at) || part.start() != at) {
                throw new IllegalArgumentException("expected a number and a unit in " + text);
            }
            String unit = part.group(2).replace("\u00B5s", "us").replace("\u03BCs", "us");
            Long nanos = NANOS.get(unit);
            if (nanos == null) {
                throw new IllegalArgumentException("unknown unit " + unit);
            }
            int order = PROMETHEUS_ORDER.indexOf(unit);
            prometheus &= order > lastUnit && part.group(1).indexOf('.') < 0;
            go &= order < 0 || order >= PROMETHEUS_ORDER.indexOf("h");
            lastUnit = order;
            sum = sum.add(new BigDecimal(part.group(1).endsWith(".") ? part.group(1) + "0" : part.group(1))
                    .multiply(BigDecimal.valueOf(nanos)));
            at = part.end();
        }
        if (at == 0 || !prometheus && !go) {
            throw new IllegalArgumentException("not a duration: " + text);
        }
        return sum.setScale(0, RoundingMode.DOWN).longValueExact();
    }
}

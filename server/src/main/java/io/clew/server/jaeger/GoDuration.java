package io.clew.server.jaeger;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go's {@code time.ParseDuration} reads them: {@code 1.2s}, {@code 1h15m30.5s}, {@code 300us}. */
final class GoDuration {
    private static final Pattern WHOLE = Pattern.compile("[-+]?(0|((\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h))+)");
    private static final Pattern PART = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");

    private GoDuration() {}

    /**
     * Reads a duration.
     *
     * @return nanoseconds
     * @throws IllegalArgumentException when the text is none, or it is beyond 292 years
     */
    static long nanos(String text) {
        if (!WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException("not a duration");
        }
        BigDecimal sum = BigDecimal.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            sum = sum.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit(part.group(2)))));
        }
        try {
            long nanos = sum.setScale(0, RoundingMode.DOWN).longValueExact();
            return text.startsWith("-") ? -nanos : nanos;
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("beyond 292 years", e);
        }
    }

    private static long unit(String name) {
        return switch (name) {
            case "ns" -> 1;
            case "ms" -> 1_000_000;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 1000;
        };
    }
}

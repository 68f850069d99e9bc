package io.clew.server.query;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A moment as the command line has it: absolute, or counted back from now. Stateless. */
public final class Moment {
    /** What {@link #read} expects. */
    public static final String EXPECTED =
            "a moment such as -1h, -7d (ago), now, 2026-09-21, 2026-09-21T14:13:20Z (UTC unless an"
                    + " offset says otherwise), or epoch nanoseconds";

    private static final Pattern AGO = Pattern.compile("(?:now)?-(\\d{1,9})(ms|s|m|h|d|w)");
    private static final long NANOS = 1_000_000_000L;

    private Moment() {}

    /** Epoch nanoseconds; empty when the text is no such moment, or one that nanoseconds do not reach. */
    public static Optional<Long> read(String text, Instant now) {
        try {
            Matcher ago = AGO.matcher(text);
            if (text.equals("now")) {
                return Optional.of(nanos(now));
            } else if (ago.matches()) {
                return Optional.of(nanos(now.minus(duration(Long.parseLong(ago.group(1)), ago.group(2)))));
            } else if (text.matches("\\d{4,}-\\d\\d-\\d\\d")) {
                return Optional.of(nanos(LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)));
            } else if (text.matches("\\d{4,}-\\d\\d-\\d\\dT[0-9:.]+")) {
                return Optional.of(nanos(LocalDateTime.parse(text).toInstant(ZoneOffset.UTC)));
            }
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
        return Parameters.moment(text);
    }

    private static Duration duration(long count, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case "d" -> Duration.ofDays(count);
            default -> Duration.ofDays(Math.multiplyExact(7, count));
        };
    }

    private static long nanos(Instant moment) {
        return Math.addExact(Math.multiplyExact(moment.getEpochSecond(), NANOS), moment.getNano());
    }
}

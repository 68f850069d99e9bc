package io.clew.server.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as settings have them: a whole number and its unit. Stateless. */
final class Quantity {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})(|B|KiB|MiB|GiB|TiB)");
    private static final Pattern SHARE = Pattern.compile("(\\d{1,3})%");

    private Quantity() {}

    /** @throws ConfigException unless it is a duration from {@code least} to {@code most} */
    static Duration duration(Given value, Duration least, Duration most) throws ConfigException {
        Matcher match = DURATION.matcher(value.text());
        if (match.matches()) {
            long count = Long.parseLong(match.group(1));
            Duration duration = switch (match.group(2)) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
            };
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                return duration;
            }
        }
        throw value.wrong(
                "a duration from " + text(least) + " to " + text(most) + ", such as 500ms, 30s, 5m, 12h or 30d");
    }

    /** @throws ConfigException unless it is a size from {@code least} to {@code most} bytes */
    static long bytes(Given value, long least, long most) throws ConfigException {
        return bytes(value, least, most, "");
    }

    private static long bytes(Given value, long least, long most, String orElse) throws ConfigException {
        Matcher match = SIZE.matcher(value.text());
        if (match.matches()) {
            long count = Long.parseLong(match.group(1));
            int shift = switch (match.group(2)) {
                case "KiB" -> 10;
                case "MiB" -> 20;
                case "GiB" -> 30;
                case "TiB" -> 40;
                default -> 0;
            };
            if (count <= Long.MAX_VALUE >> shift && count << shift >= least && count << shift <= most) {
                return count << shift;
            }
        }
        throw value.wrong("a size from " + text(least) + " to " + text(most) + ", such as 500MiB or 20GiB" + orElse);
    }

    /**
     * Bytes, or a share of a whole.
     *
     * @param of what a share is of, for the message
     * @param orElse what else may stand there, for the message
     * @throws ConfigException unless it is a size of at least {@code least} bytes, or 1% to 100%
     */
    static Size size(Given value, long least, String of, String orElse) throws ConfigException {
        Matcher share = SHARE.matcher(value.text());
        if (share.matches()) {
            int percent = Integer.parseInt(share.group(1));
            if (percent >= 1 && percent <= 100) {
                return new Size(0, percent);
            }
            throw value.wrong("a share of " + of + " from 1% to 100%");
        }
        return new Size(bytes(value, least, Long.MAX_VALUE, ", a share of " + of + " such as 80%" + orElse), 0);
    }

    /** In the largest unit that leaves a whole number. */
    private static String text(Duration duration) {
        long millis = duration.toMillis();
        String[] units = {"d", "h", "m", "s"};
        long[] lengths = {86_400_000, 3_600_000, 60_000, 1000};
        for (int i = 0; i < units.length; i++) {
            if (millis >= lengths[i] && millis % lengths[i] == 0) {
                return millis / lengths[i] + units[i];
            }
        }
        return millis + "ms";
    }

    private static String text(long bytes) {
        if (bytes == Long.MAX_VALUE) {
            return "8EiB";
        }
        String[] units = {"TiB", "GiB", "MiB", "KiB"};
        for (int i = 0; i < units.length; i++) {
            int shift = 40 - 10 * i;
            if (bytes >= 1L << shift && (bytes & (1L << shift) - 1) == 0) {
                return (bytes >> shift) + units[i];
            }
        }
        return bytes + "B";
    }
}

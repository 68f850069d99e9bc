package io.clew.server.config;

import io.clew.store.RetentionRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Periods of retention, and the list of those of services: {@code cart=7d,pay=90d}, a comma in a name as {@code \,}. */
final class Periods {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Periods() {}

    /** A period, or {@link RetentionRules#FOREVER}. */
    static Duration age(Given value, String forever) throws ConfigException {
        return value.text().equals(forever) ? RetentionRules.FOREVER : period(value, "or " + forever);
    }

    /** The period of a rule that keeps traces: also {@code forever}, and {@code none}, which is zero. */
    static Duration rule(Given value) throws ConfigException {
        return switch (value.text()) {
            case "none" -> Duration.ZERO;
            case "forever" -> RetentionRules.FOREVER;
            default -> period(value, "none or forever");
        };
    }

    private static Duration period(Given value, String orElse) throws ConfigException {
        try {
            return Quantity.duration(value, SHORTEST, LONGEST);
        } catch (ConfigException wrong) {
            throw value.wrong("a period from 1s to 36500d, such as 12h or 30d, " + orElse);
        }
    }

    static Map<String, Duration> ofServices(Given value) throws ConfigException {
        Map<String, Duration> periods = new LinkedHashMap<>();
        for (String part : parts(value.text())) {
            int equals = part.lastIndexOf('=');
            if (equals < 0) {
                throw value.wrong("services with a period each, such as cart=7d,pay=90d");
            }
            String service = part.substring(0, equals).strip();
            Given period = new Given(
                    part.substring(equals + 1).strip(), value.where() + ": service '" + service + "'", value.origin());
            if (periods.put(service, age(period, "forever")) != null) {
                throw new ConfigException(value.where() + ": service '" + service + "' is set twice");
            }
        }
        return periods;
    }

    /** A name or value as {@link #ofServices} reads it back. */
    static String escaped(String text) {
        return text.replace("\\", "\\\\").replace(",", "\\,");
    }

    /** What stands between commas, escapes undone; nothing for blank text. */
    static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                part.append(text.charAt(++i));
            } else if (c == ',') {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        parts.removeIf(String::isBlank);
        return parts;
    }
}

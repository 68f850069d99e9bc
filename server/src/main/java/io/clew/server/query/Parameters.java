package io.clew.server.query;

import com.linecorp.armeria.common.QueryParams;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The parameters of one request, read with errors that name the parameter, what was read and what was expected. */
public final class Parameters {
    /** What {@link #moment} expects. */
    public static final String MOMENT =
            "epoch nanoseconds such as 1790000000000000000, or RFC 3339 such as 2026-09-21T14:13:20Z";

    private final QueryParams given;

    public Parameters(QueryParams given) {
        this.given = given;
    }

    /**
     * Refuses parameters of other names.
     *
     * @throws Problem when there is a parameter of another name: it was mistyped, and ignoring it would mislead
     */
    public void allowOnly(String... names) throws Problem {
        Set<String> known = Set.of(names);
        for (String name : given.names()) {
            if (!known.contains(name)) {
                throw Problem.parameter(
                        name,
                        given.get(name, ""),
                        known.isEmpty() ? "no parameters" : "only the parameters " + String.join(", ", names));
            }
        }
    }

    /** The value, or empty when the parameter is absent or has no content. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(given.get(name)).filter(text -> !text.isEmpty());
    }

    public List<String> all(String name) {
        return given.getAll(name);
    }

    public String required(String name, String expected) throws Problem {
        return text(name).orElseThrow(() -> Problem.parameter(name, "", expected));
    }

    public boolean flag(String name) throws Problem {
        return switch (text(name).orElse("false")) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw Problem.parameter(name, given.get(name, ""), "true or false");
        };
    }

    public int number(String name, int otherwise, int smallest, int largest) throws Problem {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text.get());
            if (number >= smallest && number <= largest) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message there is.
        }
        throw Problem.parameter(name, text.get(), "a whole number from " + smallest + " to " + largest);
    }

    /**
     * A moment as epoch nanoseconds in digits, or as RFC 3339.
     *
     * @return epoch nanoseconds
     */
    public Optional<Long> time(String name) throws Problem {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String read = text.get();
        return Optional.of(moment(read).orElseThrow(() -> Problem.parameter(name, read, MOMENT)));
    }

    /** Reads such a moment; empty when the text is none. */
    public static Optional<Long> moment(String text) {
        try {
            if (text.chars().allMatch(c -> c >= '0' && c <= '9' || c == '-')) {
                return Optional.of(Long.parseLong(text));
            }
            // In a URL a plus sign means a blank, and offsets have one.
            Instant moment = OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
            return Optional.of(
                    Math.addExact(Math.multiplyExact(moment.getEpochSecond(), 1_000_000_000L), moment.getNano()));
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** The parameter {@code timeout} in milliseconds, at most {@code longest}, which is also what its absence means. */
    public Duration timeout(Duration longest) throws Problem {
        int most = (int) Math.min(Integer.MAX_VALUE, longest.toMillis());
        return Duration.ofMillis(number("timeout", most, 1, most));
    }
}

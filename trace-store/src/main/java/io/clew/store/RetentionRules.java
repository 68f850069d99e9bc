package io.clew.store;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * How long traces are kept. The unit is the whole trace: it goes when the time since its last span arrived reaches the
 * longest period that any of its services or any keep rule gives it; times of spans play no part. A service without a
 * period of its own, and spans without a service, give {@code age}.
 *
 * <p>When all traces together take more than {@code bytes}, those go whose last span arrived first, whatever their period,
 * and marked ones only when nothing else is left.
 *
 * @param age period of a trace for which nothing else is said; {@link #FOREVER} = no limit
 * @param services periods by the value of resource attribute {@code service.name}, in place of {@code age}
 * @param errors period of a trace in which some span's status is error; zero = no such rule
 * @param slow period of a trace that lasted {@code slowFrom} or longer; zero = no such rule
 * @param slowFrom from a trace's first valid start to its last valid time; positive
 * @param marked period of a trace that is marked: by {@link TraceStore#keep}, or by a span that has the attribute
 *     {@link #KEEP_ATTRIBUTE}, itself or on its resource, as boolean or text {@code true}; zero = marks mean nothing
 * @param bytes of blocks, beyond which the oldest traces go; 0 = no limit
 */
public record RetentionRules(
        Duration age,
        Map<String, Duration> services,
        Duration errors,
        Duration slow,
        Duration slowFrom,
        Duration marked,
        long bytes) {
    /** Longer than any time that can pass. */
    public static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    /** A span with this attribute, {@code true}, marks its trace as to be kept. */
    public static final String KEEP_ATTRIBUTE = "clew.keep";

    /** Everything is kept. */
    public static final RetentionRules NONE =
            new RetentionRules(FOREVER, Map.of(), Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1), FOREVER, 0);

    /** Checks the ranges; copies the map. */
    public RetentionRules {
        services = Map.copyOf(services);
        if (!age.isPositive() || !slowFrom.isPositive() || bytes < 0) {
            throw new IllegalArgumentException("age " + age + ", slowFrom " + slowFrom + ", bytes " + bytes);
        }
        if (errors.isNegative() || slow.isNegative() || marked.isNegative()) {
            throw new IllegalArgumentException("errors " + errors + ", slow " + slow + ", marked " + marked);
        }
        services.forEach((service, period) -> {
            if (!period.isPositive()) {
                throw new IllegalArgumentException("service " + service + ": period " + period);
            }
        });
    }

    /** The same with another limit in bytes. */
    public RetentionRules withBytes(long limit) {
        return new RetentionRules(age, services, errors, slow, slowFrom, marked, limit);
    }

    /** The same with another period for all that nothing else is said of. */
    public RetentionRules withAge(Duration period) {
        return new RetentionRules(period, services, errors, slow, slowFrom, marked, bytes);
    }
}

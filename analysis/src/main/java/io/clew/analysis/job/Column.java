package io.clew.analysis.job;

import io.clew.model.SpanBatch;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A column of a job's rows. Every value may be null.
 *
 * @param name letters, digits and underscores, not beginning with a digit
 */
public record Column(String name, Type type) {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** What may stand in a column. */
    public enum Type {
        /** A {@link CharSequence}, a trace id, or a constant of an enum. */
        TEXT,
        /** A long, int, short or byte. */
        WHOLE,
        /** A double or any other number; what is not finite counts as null. */
        REAL,
        /** A boolean. */
        TRUTH,
        /** An {@link Instant}, or epoch nanoseconds as a long; {@link SpanBatch#NO_TIME} counts as null. */
        TIME
    }

    /** Checks the name. */
    public Column {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new IllegalArgumentException(
                    "a column's name is of letters, digits and underscores, and does not begin"
                            + " with a digit; read '" + name + "'");
        }
    }

    public static Column text(String name) {
        return new Column(name, Type.TEXT);
    }

    public static Column whole(String name) {
        return new Column(name, Type.WHOLE);
    }

    public static Column real(String name) {
        return new Column(name, Type.REAL);
    }

    public static Column truth(String name) {
        return new Column(name, Type.TRUTH);
    }

    public static Column time(String name) {
        return new Column(name, Type.TIME);
    }

    /** The value as a String, Long, Double or Boolean, times as epoch nanoseconds. */
    @Nullable
    Object plain(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        Object plain = switch (type) {
            case TEXT ->
                value instanceof CharSequence || value instanceof Enum<?> || value instanceof io.clew.model.TraceId
                        ? value.toString()
                        : null;
            case WHOLE -> isWhole(value) ? (Long) ((Number) value).longValue() : null;
            case REAL -> value instanceof Number number ? (Double) number.doubleValue() : null;
            case TRUTH -> value instanceof Boolean ? value : null;
            case TIME ->
                value instanceof Instant instant ? (Long) nanos(instant) : value instanceof Long ? value : null;
        };
        if (plain == null) {
            throw new IllegalArgumentException(
                    "column '" + name + "' takes " + type.name().toLowerCase(Locale.ROOT) + ", not "
                            + value.getClass().getSimpleName() + " '" + shortened(value) + "'");
        }
        boolean nothing = plain instanceof Double number && !Double.isFinite(number)
                || type == Type.TIME && plain.equals(SpanBatch.NO_TIME);
        return nothing ? null : plain;
    }

    private static boolean isWhole(Object value) {
        return value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte;
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS_PER_SECOND), instant.getNano());
    }

    private static String shortened(Object value) {
        String text = String.valueOf(value);
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
}

package io.clew.analysis.red;

import io.clew.analysis.cell.TableShape;
import io.clew.analysis.cell.TableShape.Part;
import java.util.List;

/**
 * The tables of rate, errors and duration, at four levels. Each level counts for itself, so that the peak of a service is
 * that of all its operations together and a limit reached by one level leaves the others whole. A key ends in the kind
 * (the OTLP number, 0 for those unknown) and whether the duration is {@linkplain Waiting one of waiting} (1 or 0).
 */
public final class Red {
    /** Number of the first of the tables in a cell. */
    public static final int SERVICES = 0;

    /** By service and operation. */
    public static final int OPERATIONS = 1;

    /** By service and instance. */
    public static final int INSTANCES = 2;

    /** By service, operation, instance and status (the OTLP number). */
    public static final int SERIES = 3;

    // Sums of a row. A row has one sketch: of the durations of spans with both times.
    public static final int CALLS = 0;
    public static final int ERRORS = 1;

    public static final List<TableShape> SHAPES = List.of(
            shape("services", 2_000, Part.TEXT, Part.NUMBER, Part.NUMBER),
            shape("operations", 5_000, Part.TEXT, Part.FREE_TEXT, Part.NUMBER, Part.NUMBER),
            shape("instances", 5_000, Part.TEXT, Part.TEXT, Part.NUMBER, Part.NUMBER),
            shape("series", 10_000, Part.TEXT, Part.FREE_TEXT, Part.TEXT, Part.NUMBER, Part.NUMBER, Part.NUMBER));

    private Red() {}

    private static TableShape shape(String name, int limit, Part... keys) {
        return new TableShape(name, List.of(keys), 2, 0, 1, true, false, true, limit);
    }
}

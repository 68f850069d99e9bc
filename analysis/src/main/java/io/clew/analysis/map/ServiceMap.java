package io.clew.analysis.map;

import io.clew.analysis.cell.TableShape;
import io.clew.analysis.cell.TableShape.Part;
import io.clew.analysis.red.Red;
import java.util.List;

/**
 * The tables of the dependency map: who calls whom and what, through which entry points, along which paths, how often per
 * request. A node has a kind, a system ("mysql", "kafka"; empty for a service) and a name.
 */
public final class ServiceMap {
    // Kinds of nodes.
    public static final int SERVICE = 0;
    public static final int DATABASE = 1;
    public static final int CACHE = 2;
    public static final int QUEUE = 3;
    /** A host outside: called, and nothing of it is traced. */
    public static final int EXTERNAL = 4;

    // Kinds of edges.
    public static final int CALL = 0;
    public static final int MESSAGE = 1;

    /** Edges. Key: kind, system, name of the caller; the same of the callee; table of a database; kind of edge. */
    public static final int EDGES = Red.SHAPES.size();

    public static final int EDGE_CALLS = 0;
    /** Calls with status error on either side. */
    public static final int EDGE_ERRORS = 1;

    public static final int CALLER_ERRORS = 2;
    public static final int CALLEE_ERRORS = 3;
    /** Calls whose gap came out negative, by clocks that differ or a caller that did not wait. */
    public static final int SKEWED = 4;

    /** Sketch of durations as the caller saw them. */
    public static final int CALLER = 0;
    /** Sketch of durations as the callee saw them. */
    public static final int CALLEE = 1;
    /** Sketch of what lies between: caller's less callee's; of a message from the end of sending to the start of handling. */
    public static final int GAP = 2;

    /** Entry points. Key: service, operation, kind, whether a caller is named that is not stored (1 or 0). */
    public static final int ENTRIES = EDGES + 1;

    public static final int REQUESTS = 0;
    public static final int ENTRY_ERRORS = 1;

    /** Paths. Key: names of the nodes along the path, {@link #DEPTH} at most; the rest is empty. */
    public static final int PATHS = EDGES + 2;

    /** Nodes of a path that are told apart; what lies deeper counts at the last of them. */
    public static final int DEPTH = 12;

    public static final int PATH_CALLS = 1;
    public static final int PATH_ERRORS = 2;

    /**
     * Calls per request. Key: service and operation of the entry point; kind, system, name of the callee; its operation, or
     * the table of a database. {@link #REQUESTS} are those with at least one call.
     */
    public static final int MATRIX = EDGES + 3;

    public static final int MATRIX_CALLS = 1;
    public static final int MATRIX_ERRORS = 2;
    /** Maximum: most calls in one request. */
    public static final int MOST_CALLS = 0;

    public static final List<TableShape> SHAPES = List.of(
            new TableShape(
                    "edges",
                    List.of(
                            Part.NUMBER,
                            Part.TEXT,
                            Part.FREE_TEXT,
                            Part.NUMBER,
                            Part.TEXT,
                            Part.FREE_TEXT,
                            Part.FREE_TEXT,
                            Part.NUMBER),
                    5,
                    0,
                    3,
                    true,
                    true,
                    true,
                    10_000),
            new TableShape(
                    "entries",
                    List.of(Part.TEXT, Part.FREE_TEXT, Part.NUMBER, Part.NUMBER),
                    2,
                    0,
                    1,
                    true,
                    true,
                    true,
                    2_000),
            new TableShape(
                    "paths", java.util.Collections.nCopies(DEPTH, Part.FREE_TEXT), 3, 0, 0, false, false, true, 5_000),
            new TableShape(
                    "matrix",
                    List.of(Part.TEXT, Part.FREE_TEXT, Part.NUMBER, Part.TEXT, Part.FREE_TEXT, Part.FREE_TEXT),
                    3,
                    1,
                    0,
                    false,
                    false,
                    true,
                    10_000));

    private ServiceMap() {}
}

package io.clew.store.files;

import org.jspecify.annotations.Nullable;

/**
 * Named places at which the crash harness kills the process. Started with {@code -Dclew.crash-at=NAME} the JVM halts,
 * without shutdown hooks or flushing, the first time it comes to that place; without it a place does nothing. The names in
 * use stand in {@code io.clew.quality.crash.CrashTest}.
 */
public final class CrashPoints {
    /** The system property that names the place. */
    public static final String PROPERTY = "clew.crash-at";

    /** Exit code of a process that halted at a place. */
    public static final int EXIT_CODE = 86;

    private static final @Nullable String CHOSEN = System.getProperty(PROPERTY);

    private CrashPoints() {}

    /** Marks a place. */
    public static void at(String name) {
        if (name.equals(CHOSEN)) {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}

package io.clew.store.files;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Named places at which the crash harness kills the process, as {@code kill -9} would: the system property
 * {@code clew.crash-at} holds {@code NAME} or {@code NAME:N}, the N-th passage counts. Without the property a passage costs
 * one comparison. Places are named where they are passed: {@code flush.before-publish} and the like.
 */
public final class CrashPoints {
    /** The system property that names the place. */
    public static final String PROPERTY = "clew.crash-at";

    /** Exit code of a process that halted at a place. */
    public static final int EXIT_CODE = 137;

    private static final CrashPoints CONFIGURED = parse(System.getProperty(PROPERTY, ""));

    private final String name;
    private final AtomicInteger left;

    private CrashPoints(String name, int passages) {
        this.name = name;
        this.left = new AtomicInteger(passages);
    }

    private static CrashPoints parse(String property) {
        int colon = property.indexOf(':');
        return colon < 0
                ? new CrashPoints(property, 1)
                : new CrashPoints(property.substring(0, colon), Integer.parseInt(property.substring(colon + 1)));
    }

    /** Halts the process here if the property says so. */
    public static void at(String place) {
        if (!CONFIGURED.name.isEmpty() && CONFIGURED.name.equals(place) && CONFIGURED.left.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}

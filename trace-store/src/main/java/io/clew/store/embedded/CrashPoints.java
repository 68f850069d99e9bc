package io.clew.store.embedded;

/**
 * Named places at which a crash test may halt the process, as kill -9 would: system property {@code clew.crash-at} holds
 * {@code NAME} or {@code NAME:N}, the N-th passage counts. Without the property a passage costs a null check.
 */
final class CrashPoints {
    private static final CrashPoints CONFIGURED = parse(System.getProperty("clew.crash-at", ""));

    private final String name;
    private final java.util.concurrent.atomic.AtomicInteger left;

    private CrashPoints(String name, int passages) {
        this.name = name;
        this.left = new java.util.concurrent.atomic.AtomicInteger(passages);
    }

    private static CrashPoints parse(String property) {
        int colon = property.indexOf(':');
        return colon < 0
                ? new CrashPoints(property, 1)
                : new CrashPoints(property.substring(0, colon), Integer.parseInt(property.substring(colon + 1)));
    }

    /** Halts the process here if the property says so. */
    static void at(String place) {
        if (!CONFIGURED.name.isEmpty() && CONFIGURED.name.equals(place) && CONFIGURED.left.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(137);
        }
    }
}

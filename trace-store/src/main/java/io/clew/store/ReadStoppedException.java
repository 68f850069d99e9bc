package io.clew.store;

/** A read ended early because its {@link ReadControl} said so. */
public final class ReadStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Who stopped it. */
    public enum Cause {
        DEADLINE,
        CANCELLED
    }

    private final Cause stoppedBy;

    public ReadStoppedException(Cause stoppedBy) {
        super(stoppedBy == Cause.DEADLINE ? "the read passed its deadline" : "the read was cancelled");
        this.stoppedBy = stoppedBy;
    }

    public Cause stoppedBy() {
        return stoppedBy;
    }
}

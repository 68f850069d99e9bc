package io.clew.analysis.job;

import io.clew.model.TraceId;
import org.jspecify.annotations.Nullable;

/** A job's own code threw something, at a trace or outside of any; the cause is what it threw. */
public final class JobFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient @Nullable TraceId trace;

    JobFailedException(String job, String doing, @Nullable TraceId trace, Throwable cause) {
        super("job " + job + " failed " + doing + ": " + cause, cause);
        this.trace = trace;
    }

    /** The trace at which it failed, or null. */
    public @Nullable TraceId trace() {
        return trace;
    }
}

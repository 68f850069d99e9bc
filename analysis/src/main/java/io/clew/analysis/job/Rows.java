package io.clew.analysis.job;

import org.jspecify.annotations.Nullable;

/** Takes the rows of a job. For the thread it was given to, during the call it was given for. */
public interface Rows {
    /**
     * Adds a row.
     *
     * @param values one for each of the job's {@linkplain TraceJob#columns columns}, in their order
     * @throws IllegalArgumentException when there are more or fewer, or one does not go into its column
     */
    void add(@Nullable Object... values);
}

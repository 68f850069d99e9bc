package io.clew.analysis.job;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How rows are written down. Thread-safe. */
public interface RowFormat {
    /** What stands before the first row. */
    void header(List<Column> columns, ByteArrayOutputStream to);

    /**
     * Writes a row.
     *
     * @param values a String, Long, Double (finite), Boolean or null for each column; times are epoch nanoseconds
     */
    void row(List<Column> columns, @Nullable Object[] values, ByteArrayOutputStream to);
}

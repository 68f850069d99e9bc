package io.clew.analysis.job;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows as lines of texts joined by a bar, under a line of the columns' names. */
public final class Lines implements RowFormat {
    @Override
    public void header(List<Column> columns, ByteArrayOutputStream to) {
        line(columns.stream().map(Column::name).collect(Collectors.joining("|")), to);
    }

    @Override
    public void row(List<Column> columns, @Nullable Object[] values, ByteArrayOutputStream to) {
        line(Arrays.stream(values).map(String::valueOf).collect(Collectors.joining("|")), to);
    }

    private static void line(String text, ByteArrayOutputStream to) {
        to.writeBytes((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}

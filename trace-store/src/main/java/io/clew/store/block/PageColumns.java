package io.clew.store.block;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The columns of one page of rows, each read when it is first asked for. Reusable; for one thread. */
final class PageColumns {
    private @Nullable LongPage[] numbers = new LongPage[0];
    private @Nullable TextPage[] texts = new TextPage[0];
    private int page;

    /** Goes to a page of a row group. */
    void begin(RowGroup group, int number) {
        page = number;
        int columns = group.columns.length;
        if (numbers.length < columns) {
            numbers = new LongPage[columns];
            texts = new TextPage[columns];
        } else {
            Arrays.fill(numbers, null);
            Arrays.fill(texts, null);
        }
    }

    long number(Column column, int index) {
        return numbers(column).get(index);
    }

    LongPage numbers(Column column) {
        LongPage values = numbers[column.number];
        if (values == null) {
            values = column.longs(page);
            numbers[column.number] = values;
        }
        return values;
    }

    TextPage texts(Column column) {
        TextPage values = texts[column.number];
        if (values == null) {
            values = column.texts(page);
            texts[column.number] = values;
        }
        return values;
    }
}

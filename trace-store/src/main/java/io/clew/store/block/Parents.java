package io.clew.store.block;

import java.util.Arrays;

/**
 * Says of each row of a trace where its parent is: {@link RowGroup#NO_PARENT}, {@link RowGroup#PARENT_ELSEWHERE} with the id
 * beside it, or how many rows back, counted from {@link RowGroup#PARENT_NEAR}. Reusable; one thread.
 */
final class Parents {
    /** Traces up to this long are searched row by row. */
    private static final int SHORT = 24;

    private final LongIndex index = new LongIndex();
    private int[] first = new int[64];

    /** Appends the codes of the rows from {@code from} to {@code to - 1}. */
    void encode(long[] ids, long[] parents, int from, int to, ColumnBuffer codes, ColumnBuffer elsewhere) {
        boolean few = to - from <= SHORT;
        if (!few) {
            index(ids, from, to);
        }
        for (int row = from; row < to; row++) {
            long id = parents[row];
            if (id == 0) {
                codes.add(RowGroup.NO_PARENT);
                continue;
            }
            int at = few ? nearest(ids, from, to, row, id) : indexed(id);
            if (at < 0) {
                codes.add(RowGroup.PARENT_ELSEWHERE);
                elsewhere.add(id);
            } else {
                long distance = (long) row - at;
                codes.add(RowGroup.PARENT_NEAR + (distance << 1 ^ distance >> 63));
            }
        }
    }

    /** Notes the first row of each id. */
    private void index(long[] ids, int from, int to) {
        index.clear();
        if (first.length < to - from) {
            first = new int[Math.max(to - from, 2 * first.length)];
        }
        Arrays.fill(first, 0, to - from, -1);
        for (int row = from; row < to; row++) {
            int number = index.add(ids[row]);
            if (first[number] < 0) {
                first[number] = row;
            }
        }
    }

    private int indexed(long id) {
        int number = index.find(id);
        return number < 0 ? -1 : first[number];
    }

    private static int nearest(long[] ids, int from, int to, int row, long id) {
        for (int at = row - 1; at >= from; at--) {
            if (ids[at] == id) {
                return at;
            }
        }
        for (int at = row; at < to; at++) {
            if (ids[at] == id) {
                return at;
            }
        }
        return -1;
    }
}

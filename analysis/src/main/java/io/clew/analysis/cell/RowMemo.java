package io.clew.analysis.cell;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table by a number that stands for their key, so that what comes again and again need not be looked up by its
 * whole key. Whoever uses it says what the numbers mean, and {@linkplain #bind forgets} them when that changes. Beyond a
 * number of entries it begins anew. Not thread-safe.
 */
public final class RowMemo {
    private static final int MOST = 1 << 14;

    private Table table;
    private int version;
    private long[] keys = new long[256];
    private @Nullable Row[] rows = new Row[256];
    private int size;

    public RowMemo(Table table) {
        this.table = table;
        this.version = table.version();
    }

    /** Turns to a table. What was remembered of another is forgotten. */
    public void bind(Table to) {
        if (table != to) {
            table = to;
            clear();
        }
    }

    /** Forgets everything: numbers mean something else from now on. */
    public void clear() {
        version = table.version();
        if (size > 0) {
            Arrays.fill(rows, null);
            size = 0;
        }
    }

    /** The row remembered for a number; null when there is none, or the table's rows moved since. */
    public @Nullable Row get(long key) {
        if (version != table.version()) {
            clear();
        }
        int mask = keys.length - 1;
        for (int slot = slot(key) & mask; ; slot = slot + 1 & mask) {
            Row row = rows[slot];
            if (row == null || keys[slot] == key) {
                return row;
            }
        }
    }

    /** Remembers a row that the table has just given, and returns it. */
    public Row put(long key, Row row) {
        if (version != table.version() || size >= MOST) {
            clear();
        }
        insert(key, row);
        if (2 * ++size > keys.length) {
            widen();
        }
        return row;
    }

    private void insert(long key, Row row) {
        int mask = keys.length - 1;
        int slot = slot(key) & mask;
        while (rows[slot] != null) {
            slot = slot + 1 & mask;
        }
        keys[slot] = key;
        rows[slot] = row;
    }

    private void widen() {
        long[] oldKeys = keys;
        @Nullable Row[] oldRows = rows;
        keys = new long[2 * oldKeys.length];
        rows = new Row[2 * oldKeys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            Row row = oldRows[i];
            if (row != null) {
                insert(oldKeys[i], row);
            }
        }
    }

    private static int slot(long key) {
        long h = key * 0x9E3779B97F4A7C15L;
        return (int) (h >>> 32);
    }
}

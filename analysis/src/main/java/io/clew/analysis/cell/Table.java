package io.clew.analysis.cell;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows by key, at most {@link TableShape#limit} of them; what is more is added up in the <em>other</em> row, so that totals
 * stay exact.
 *
 * <p>Which keys stay must not depend on the order in which spans come or partial tables merge. So those stay whose hash
 * is smallest among all keys ever offered: a key that once is not among the smallest can never be again, and one that is
 * among them in the end was so all along, with nothing of it lost. Keys with a free text that looks like an identifier
 * ({@link Words#looksUnique}) rank behind all others, so that names with numbers in them do not crowd out the names that
 * say something. Looking up a known key allocates nothing. Not thread-safe.
 */
public final class Table {
    private final TableShape shape;
    private final Cell cell;
    private final int width;
    private int[] keys;
    private Row[] rows = new Row[16];
    private long[] ranks = new long[16];
    private int[] slots = new int[64];
    private int size;

    private @Nullable Row other;
    /** Once rows went into the other row: the largest rank that stayed, as an unsigned number. */
    private long threshold;

    Table(TableShape shape, Cell cell) {
        this.shape = shape;
        this.cell = cell;
        this.width = shape.width();
        this.keys = new int[16 * width];
    }

    public TableShape shape() {
        return shape;
    }

    /**
     * The row to add to for a key, new or known. Valid until the next call.
     *
     * @param key as many words and numbers as the shape says; may be longer
     */
    public Row row(int[] key) {
        int mask = slots.length - 1;
        int slot = hash(key) & mask;
        for (int entry; (entry = slots[slot]) != 0; slot = slot + 1 & mask) {
            if (equal(entry - 1, key)) {
                return rows[entry - 1];
            }
        }
        long rank = rank(key);
        if (other != null && Long.compareUnsigned(rank, threshold) > 0) {
            return other;
        }
        if (size >= 2 * shape.limit()) {
            settle();
            return row(key);
        }
        return insert(key, rank, slot, new Row(shape));
    }

    /** Adds a row just read; its key must be new. */
    void put(int[] key, Row row) {
        int mask = slots.length - 1;
        int slot = hash(key) & mask;
        while (slots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        insert(key, rank(key), slot, row);
    }

    private Row insert(int[] key, long rank, int slot, Row row) {
        if (size == rows.length) {
            rows = Arrays.copyOf(rows, 2 * size);
            ranks = Arrays.copyOf(ranks, 2 * size);
            keys = Arrays.copyOf(keys, 2 * size * width);
        }
        System.arraycopy(key, 0, keys, size * width, width);
        rows[size] = row;
        ranks[size] = rank;
        slots[slot] = ++size;
        if (2 * size > slots.length) {
            slots = new int[2 * slots.length];
            fillSlots();
        }
        return row;
    }

    private void fillSlots() {
        int mask = slots.length - 1;
        int[] key = new int[width];
        for (int i = 0; i < size; i++) {
            System.arraycopy(keys, i * width, key, 0, width);
            int slot = hash(key) & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = i + 1;
        }
    }

    private int hash(int[] key) {
        long h = 0;
        for (int i = 0; i < width; i++) {
            h = (h ^ key[i]) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 29;
        }
        return (int) (h ^ h >>> 32);
    }

    private boolean equal(int row, int[] key) {
        int at = row * width;
        for (int i = 0; i < width; i++) {
            if (keys[at + i] != key[i]) {
                return false;
            }
        }
        return true;
    }

    private long rank(int[] key) {
        long h = 0;
        long unique = 0;
        for (int i = 0; i < width; i++) {
            long part = shape.isText(i) ? cell.words().rank(key[i]) : key[i];
            if (shape.keys().get(i) == TableShape.Part.FREE_TEXT) {
                unique |= part & Long.MIN_VALUE;
            }
            h = Words.mix(h * 31 + part + i);
        }
        return h >>> 1 | unique;
    }

    /** Brings the rows down to the limit. What iterates or writes calls it first. */
    void settle() {
        int limit = shape.limit();
        if (size <= limit) {
            return;
        }
        Integer[] order = byRank();
        for (int i = limit; i < size; i++) {
            other().merge(rows[order[i]]);
        }
        keep(order, limit);
        rememberThreshold();
    }

    private Integer[] byRank() {
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> {
            int byRank = Long.compareUnsigned(ranks[a], ranks[b]);
            return byRank != 0 ? byRank : compareKeys(a, b);
        });
        return order;
    }

    private void keep(Integer[] order, int count) {
        int[] keptKeys = new int[Math.max(16, count) * width];
        Row[] keptRows = new Row[Math.max(16, count)];
        long[] keptRanks = new long[Math.max(16, count)];
        for (int i = 0; i < count; i++) {
            int from = order[i];
            System.arraycopy(keys, from * width, keptKeys, i * width, width);
            keptRows[i] = rows[from];
            keptRanks[i] = ranks[from];
        }
        keys = keptKeys;
        rows = keptRows;
        ranks = keptRanks;
        size = count;
        Arrays.fill(slots, 0);
        fillSlots();
    }

    private Row other() {
        if (other == null) {
            other = new Row(shape);
        }
        return other;
    }

    int compareKeys(int a, int b) {
        for (int i = 0; i < width; i++) {
            int left = keys[a * width + i];
            int right = keys[b * width + i];
            int order = shape.isText(i) ? cell.words().compare(left, right) : Integer.compare(left, right);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** Rows kept, the other row not counted. */
    public int size() {
        settle();
        return size;
    }

    public Row row(int index) {
        return rows[index];
    }

    /** A part of the key of a row that is a number. */
    public int number(int row, int part) {
        return keys[row * width + part];
    }

    /** A part of the key of a row that is a text. */
    public String text(int row, int part) {
        return cell.words().texts().text(keys[row * width + part]);
    }

    int key(int row, int part) {
        return keys[row * width + part];
    }

    /** Everything beyond the limit, added up; null when there was no more. */
    public @Nullable Row otherRow() {
        settle();
        return other;
    }

    /** Adds all rows of a table of the same shape, of which the word {@code i} is here {@code translated[i]}. */
    void merge(Table from, int[] translated) {
        from.settle();
        int[] key = new int[width];
        for (int i = 0; i < from.size; i++) {
            for (int part = 0; part < width; part++) {
                int value = from.keys[i * width + part];
                key[part] = shape.isText(part) ? translated[value] : value;
            }
            row(key).merge(from.rows[i]);
        }
        if (from.other != null) {
            // It had as many rows as the limit, all in here now, and so these are the smallest of both.
            settle();
            other().merge(from.other);
            rememberThreshold();
        }
    }

    void seal() {
        for (int i = 0; i < size; i++) {
            rows[i].seal();
        }
        if (other != null) {
            other.seal();
        }
    }

    /** Marks the words that keys use. */
    void markUsed(boolean[] used) {
        for (int i = 0; i < size; i++) {
            for (int part = 0; part < width; part++) {
                if (shape.isText(part)) {
                    used[keys[i * width + part]] = true;
                }
            }
        }
    }

    /** Rows in order of their keys, texts bytewise. */
    Integer[] byKey() {
        settle();
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, this::compareKeys);
        return order;
    }

    /** Puts back the other row of a table that has all its rows. */
    void restoreOther(Row row) {
        other = row;
        rememberThreshold();
    }

    private void rememberThreshold() {
        threshold = 0;
        for (int i = 0; i < size; i++) {
            threshold = Long.compareUnsigned(ranks[i], threshold) > 0 ? ranks[i] : threshold;
        }
    }

    /** Gives its words the numbers they have in {@code translated}. */
    void renumber(int[] translated) {
        for (int i = 0; i < size * width; i++) {
            if (shape.isText(i % width)) {
                keys[i] = translated[keys[i]];
            }
        }
        Arrays.fill(slots, 0);
        fillSlots();
    }
}

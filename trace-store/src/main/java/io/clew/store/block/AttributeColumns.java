package io.clew.store.block;

import io.clew.model.AttributeTable;
import java.util.Arrays;
import java.util.List;

/**
 * Spreads the attributes of one kind of owner over columns. The order in which an owner has its attributes, repeated
 * keys included, is its shape: a list of column numbers. Shapes are few, so they take the place of presence bitmaps.
 * Keys too rare for a column of their own go to the column "other", key and type written into the value. Reusable.
 */
final class AttributeColumns {
    /** A key that stands in fewer than one of so many rows shares a column. */
    private static final int RARE = 4096;

    private final int owner;
    private final IntLists sent = new IntLists();
    private final IntLists shapes = new IntLists();
    private final LongIndex places = new LongIndex();
    private int[] sentOf = new int[64];
    private int[] shapeOf = new int[64];
    private int[] list = new int[64];
    private long[] uses = new long[64];
    private int[] columnOf = new int[64];
    private int other = -1;

    AttributeColumns(int owner) {
        this.owner = owner;
    }

    /** Reads all rows' attributes and appends the columns they need to {@code columns}. */
    void prepare(AttributeTable table, int rows, int most, List<ColumnBuffer> columns, ColumnPool pool) {
        sent.clear();
        shapes.clear();
        places.clear();
        other = -1;
        if (sentOf.length < rows) {
            sentOf = new int[Math.max(rows, 2 * sentOf.length)];
        }
        for (int row = 0; row < rows; row++) {
            int from = table.from(row);
            int count = table.to(row) - from;
            room(count);
            for (int i = 0; i < count; i++) {
                list[i] = table.key(from + i) << 3 | table.type(from + i);
            }
            sentOf[row] = sent.intern(list, count);
        }
        countPlaces();
        assign(rows, most, columns, pool);
        if (shapeOf.length < sent.size()) {
            shapeOf = new int[2 * sent.size()];
        }
        for (int id = 0; id < sent.size(); id++) {
            int count = 0;
            room(sent.to(id) - sent.from(id));
            for (int at = sent.from(id); at < sent.to(id); at++) {
                list[count++] = columnOf[places.find(sent.item(at))];
            }
            shapeOf[id] = shapes.intern(list, count);
        }
    }

    private void room(int count) {
        if (list.length < count) {
            list = new int[2 * count];
        }
    }

    private void countPlaces() {
        Arrays.fill(uses, 0);
        for (int id = 0; id < sent.size(); id++) {
            for (int at = sent.from(id); at < sent.to(id); at++) {
                int place = places.add(sent.item(at));
                if (place == uses.length) {
                    uses = Arrays.copyOf(uses, 2 * place);
                }
                uses[place] += sent.uses(id);
            }
        }
    }

    private void assign(int rows, int most, List<ColumnBuffer> columns, ColumnPool pool) {
        int count = places.size();
        long least = 1L + rows / RARE;
        if (count > most) {
            long[] sorted = Arrays.copyOf(uses, count);
            Arrays.sort(sorted);
            least = Math.max(least, most == 0 ? Long.MAX_VALUE : sorted[count - most]);
        }
        if (columnOf.length < count) {
            columnOf = new int[2 * count];
        }
        int own = 0;
        for (int place = 0; place < count; place++) {
            if (uses[place] >= least && own < most) {
                int item = (int) places.key(place);
                columnOf[place] = columns.size();
                columns.add(pool.next().attribute(owner, item >>> 3, item & 7));
                own++;
            } else {
                if (other < 0) {
                    other = columns.size();
                    columns.add(pool.next().intrinsic(owner, RowGroup.OTHER, true, LongCodec.Content.IDS));
                }
                columnOf[place] = other;
            }
        }
    }

    /** The row's shape. */
    int shape(int row) {
        return shapeOf[sentOf[row]];
    }

    /** Lists of column numbers. */
    IntLists shapes() {
        return shapes;
    }

    /** The number of the column that rare keys share, or -1. */
    int other() {
        return other;
    }
}

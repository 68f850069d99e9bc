package io.clew.store.block;

import java.util.Arrays;

/** The values of one column of the row group being written. Reusable. */
final class ColumnBuffer {
    long[] values = new long[16];
    int size;
    /** How many values stood in the column at the end of each page. */
    int[] pageEnds = new int[4];

    /** {@link RowGroup#SPAN}, EVENT or LINK. */
    int owner;
    /** The name of a column every row has; null for an attribute. */
    @org.jspecify.annotations.Nullable
    String role;
    /** Text id of the attribute's key. */
    int key;
    /** The attribute's {@link io.clew.model.ValueType}; {@link RowGroup#INTRINSIC} for others. */
    int type;
    /** Whether values are text ids. */
    boolean text;

    LongCodec.Content content = LongCodec.Content.AMOUNTS;

    ColumnBuffer intrinsic(int ofOwner, String name, boolean holdsText, LongCodec.Content holds) {
        owner = ofOwner;
        role = name;
        key = 0;
        type = RowGroup.INTRINSIC;
        text = holdsText;
        content = holds;
        size = 0;
        return this;
    }

    ColumnBuffer attribute(int ofOwner, int ofKey, int ofType) {
        owner = ofOwner;
        role = null;
        key = ofKey;
        type = ofType;
        text = io.clew.model.ValueType.inDictionary((byte) ofType);
        content = ofType == io.clew.model.ValueType.DOUBLE ? LongCodec.Content.BITS : LongCodec.Content.AMOUNTS;
        size = 0;
        return this;
    }

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    /** Notes that the column has no values in the pages before this one. */
    void beginAt(int page) {
        for (int before = 0; before < page; before++) {
            endPage(before);
        }
    }

    void endPage(int page) {
        if (page == pageEnds.length) {
            pageEnds = Arrays.copyOf(pageEnds, 2 * page);
        }
        pageEnds[page] = size;
    }

    /** Heap bytes held, capacity included. */
    long heapBytes() {
        return 8L * values.length + 4L * pageEnds.length;
    }

    int pageFrom(int page) {
        return page == 0 ? 0 : pageEnds[page - 1];
    }
}

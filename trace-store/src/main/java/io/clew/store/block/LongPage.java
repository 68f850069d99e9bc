package io.clew.store.block;

import org.jspecify.annotations.Nullable;

/**
 * The numbers of one page of a column.
 *
 * @param values null when all are equal; not to be changed
 * @param constant the value of all when they are equal
 */
record LongPage(long @Nullable [] values, long constant, int count) implements PageCache.Page {
    long get(int index) {
        return values == null ? constant : values[index];
    }

    int id(int index) {
        return (int) get(index);
    }

    @Override
    public int heapBytes() {
        return 40 + (values == null ? 0 : 8 * values.length);
    }
}

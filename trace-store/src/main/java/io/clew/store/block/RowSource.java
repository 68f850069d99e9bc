package io.clew.store.block;

/** Rows that can be added to the row group of a writer. For one thread. */
interface RowSource {
    /** The 64 bits of the row's start as sent, 0 when unset. */
    long start(int row);

    /** When the row's request arrived, epoch nanoseconds. */
    long received(int row);

    /** Adds the row, with its attributes, events and links, to the trace that the row group is at. */
    void add(int row);
}

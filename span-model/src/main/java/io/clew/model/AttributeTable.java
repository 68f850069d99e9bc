package io.clew.model;

import java.util.Arrays;

/**
 * The attributes of many owners (spans, events, links, resources or scopes), owner after owner, in the order sent and
 * with repeated keys kept. Owner {@code o} has the entries {@code from(o)} to {@code to(o) - 1}. Keys are dictionary
 * ids; the meaning of a value's long is given by {@link ValueType}. One writer, then any number of readers.
 */
public final class AttributeTable {
    private int[] first = new int[16];
    private int[] keys = new int[64];
    private byte[] types = new byte[64];
    private long[] values = new long[64];
    private int owners;
    private int size;

    AttributeTable() {}

    void clear() {
        owners = 0;
        size = 0;
    }

    /** Opens the next owner; attributes added from now on are its own. */
    int beginOwner() {
        if (owners == first.length) {
            first = Arrays.copyOf(first, owners * 2);
        }
        first[owners] = size;
        return owners++;
    }

    /** Drops the owners from {@code count} on, with their attributes. */
    void truncate(int count) {
        if (count < owners) {
            size = first[count];
            owners = count;
        }
    }

    /** Adds an attribute to the owner opened last. */
    public void add(int key, byte type, long value) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            types = Arrays.copyOf(types, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        keys[size] = key;
        types[size] = type;
        values[size++] = value;
    }

    public int owners() {
        return owners;
    }

    /** Entries of all owners. */
    public int size() {
        return size;
    }

    public int from(int owner) {
        return first[owner];
    }

    public int to(int owner) {
        return owner + 1 < owners ? first[owner + 1] : size;
    }

    /** Attributes of one owner. */
    public int count(int owner) {
        return to(owner) - from(owner);
    }

    public int key(int entry) {
        return keys[entry];
    }

    public byte type(int entry) {
        return types[entry];
    }

    public long value(int entry) {
        return values[entry];
    }

    public double doubleValue(int entry) {
        return Double.longBitsToDouble(values[entry]);
    }

    /** The owner's first entry with this key, or -1. */
    public int find(int owner, int key) {
        for (int entry = from(owner), end = to(owner); entry < end; entry++) {
            if (keys[entry] == key) {
                return entry;
            }
        }
        return -1;
    }

    /** Heap bytes held, capacity included. */
    long heapBytes() {
        return 4L * first.length + 13L * keys.length;
    }
}

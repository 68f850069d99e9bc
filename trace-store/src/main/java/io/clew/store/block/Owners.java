package io.clew.store.block;

/**
 * How the distinct resources and scopes of a row group stand in {@link IntLists}: dropped count, schema URL, for a scope name
 * and version, then for each attribute key and type ({@code key * 8 + type}) and the value's upper and lower half; texts are
 * words of the group.
 */
final class Owners {
    /** Ints before the attributes. */
    static final int RESOURCE_FIELDS = 2;

    static final int SCOPE_FIELDS = 4;
    static final int ATTRIBUTE_FIELDS = 3;

    private Owners() {}

    /** Puts an attribute at {@code at} and returns the place of the next. */
    static int put(int[] list, int at, int key, int type, long value) {
        list[at] = key << 3 | type;
        list[at + 1] = (int) (value >>> 32);
        list[at + 2] = (int) value;
        return at + ATTRIBUTE_FIELDS;
    }

    static int key(IntLists lists, int at) {
        return lists.item(at) >>> 3;
    }

    static byte type(IntLists lists, int at) {
        return (byte) (lists.item(at) & 7);
    }

    static long value(IntLists lists, int at) {
        return (long) lists.item(at + 1) << 32 | lists.item(at + 2) & 0xFFFFFFFFL;
    }
}

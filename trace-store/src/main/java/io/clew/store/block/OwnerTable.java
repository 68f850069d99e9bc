package io.clew.store.block;

import io.clew.model.ValueType;

/**
 * The resources or the scopes of a row group. Texts are words of its header. Never changes.
 *
 * @param fields by field and row: the dropped count, then words: schema URL; for scopes name and version
 * @param first where each row's attributes begin; one more entry than rows
 */
record OwnerTable(int[][] fields, int[] first, int[] keys, byte[] types, long[] values) {
    static OwnerTable read(ByteSource in, int fieldCount, int most, int words) {
        int size = in.count(most);
        int[][] fields = new int[fieldCount][size];
        int[] first = new int[size + 1];
        int room = 16;
        int[] keys = new int[room];
        byte[] types = new byte[room];
        long[] values = new long[room];
        int at = 0;
        for (int row = 0; row < size; row++) {
            fields[0][row] = (int) in.zigzag();
            for (int i = 1; i < fieldCount; i++) {
                fields[i][row] = in.count(words - 1L);
            }
            int count = in.count(in.remaining());
            if (at + count > room) {
                room = Math.max(2 * room, at + count);
                keys = java.util.Arrays.copyOf(keys, room);
                types = java.util.Arrays.copyOf(types, room);
                values = java.util.Arrays.copyOf(values, room);
            }
            for (int i = 0; i < count; i++, at++) {
                keys[at] = in.count(words - 1L);
                types[at] = (byte) in.u8();
                values[at] = ValueType.inDictionary(types[at]) ? in.count(words - 1L) : in.zigzag();
            }
            first[row + 1] = at;
        }
        return new OwnerTable(fields, first, keys, types, values);
    }

    long heapBytes() {
        return 200 + 4L * (fields.length + 1) * first.length + 13L * keys.length;
    }

    int size() {
        return first.length - 1;
    }
}

package io.clew.store.block;

import io.clew.model.ByteDictionary;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing byte array that a page is built in. Numbers of fixed width are little-endian. One writer. */
final class ByteSink {
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    byte[] array = new byte[1 << 12];
    int length;

    void clear() {
        length = 0;
    }

    /** Makes room for {@code more} bytes after the length, which does not change. */
    void reserve(int more) {
        if (array.length - length < more) {
            long wanted = Math.max((long) length + more, 2L * array.length);
            if ((long) length + more > Integer.MAX_VALUE - 8) {
                throw new IllegalStateException("a page of a block cannot exceed 2 GiB");
            }
            array = Arrays.copyOf(array, (int) Math.min(wanted, Integer.MAX_VALUE - 8));
        }
    }

    void u8(int value) {
        reserve(1);
        array[length++] = (byte) value;
    }

    void i32(int value) {
        reserve(4);
        INT.set(array, length, value);
        length += 4;
    }

    void i64(long value) {
        reserve(8);
        LONG.set(array, length, value);
        length += 8;
    }

    /** Seven bits a byte, the lowest first; the long is taken as unsigned. */
    void varint(long value) {
        reserve(10);
        while ((value & ~0x7FL) != 0) {
            array[length++] = (byte) (value & 0x7F | 0x80);
            value >>>= 7;
        }
        array[length++] = (byte) value;
    }

    void zigzag(long value) {
        varint(value << 1 ^ value >> 63);
    }

    void bytes(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, array, length, count);
        length += count;
    }

    /** The bytes of a dictionary's entry, without their length. */
    void entry(ByteDictionary dictionary, int id) {
        bytes(dictionary.array(), dictionary.offset(id), dictionary.length(id));
    }
}

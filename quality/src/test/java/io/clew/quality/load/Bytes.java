package io.clew.quality.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers of 8 bytes in an array, in both orders. Stateless. */
final class Bytes {
    private static final VarHandle BIG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LITTLE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    static void big(byte[] out, int at, long value) {
        BIG.set(out, at, value);
    }

    static void little(byte[] out, int at, long value) {
        LITTLE.set(out, at, value);
    }
}

package io.clew.ingest.otlp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whether bytes are well-formed UTF-8 (Unicode 16, table 3-7: no overlong forms, no surrogates). Stateless. */
final class Utf8 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    static boolean valid(byte[] a, int from, int end) {
        int p = from;
        for (; p + 8 <= end; p += 8) {
            if (((long) LONG.get(a, p) & HIGH_BITS) != 0) {
                return firstInvalid(a, p, end) < 0;
            }
        }
        for (; p < end; p++) {
            if (a[p] < 0) {
                return firstInvalid(a, p, end) < 0;
            }
        }
        return true;
    }

    /** Where the first ill-formed sequence begins, or -1; {@code from} must be the start of a sequence. */
    static int firstInvalid(byte[] a, int from, int end) {
        int p = from;
        while (p < end) {
            int b = a[p];
            if (b >= 0) {
                p++;
            } else if (b < (byte) 0xE0) {
                if (b < (byte) 0xC2 || end - p < 2 || !tail(a[p + 1])) {
                    return p;
                }
                p += 2;
            } else if (b < (byte) 0xF0) {
                if (end - p < 3
                        || !tail(a[p + 1])
                        || !tail(a[p + 2])
                        || b == (byte) 0xE0 && a[p + 1] < (byte) 0xA0
                        || b == (byte) 0xED && a[p + 1] >= (byte) 0xA0) {
                    return p;
                }
                p += 3;
            } else {
                if (b > (byte) 0xF4
                        || end - p < 4
                        || !tail(a[p + 1])
                        || !tail(a[p + 2])
                        || !tail(a[p + 3])
                        || b == (byte) 0xF0 && a[p + 1] < (byte) 0x90
                        || b == (byte) 0xF4 && a[p + 1] >= (byte) 0x90) {
                    return p;
                }
                p += 4;
            }
        }
        return -1;
    }

    private static boolean tail(byte b) {
        return b < (byte) 0xC0;
    }
}

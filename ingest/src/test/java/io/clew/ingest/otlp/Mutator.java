package io.clew.ingest.otlp;

import java.util.Arrays;
import java.util.Random;

/** Damages bytes as fuzzers do: one to three of: a bit, a byte, a piece cut out, doubled, moved or cut off the end. */
final class Mutator {
    private final Random random;

    Mutator(Random random) {
        this.random = random;
    }

    byte[] mutate(byte[] original) {
        byte[] out = original;
        for (int n = 1 + random.nextInt(3); n > 0 && out.length > 0; n--) {
            out = once(out);
        }
        return out;
    }

    private byte[] once(byte[] a) {
        int at = random.nextInt(a.length);
        int length = Math.min(a.length - at, 1 + random.nextInt(16));
        return switch (random.nextInt(7)) {
            case 0 -> with(a, at, a[at] ^ 1 << random.nextInt(8));
            case 1 -> with(a, at, random.nextInt());
            case 2 -> with(a, at, new int[] {0, 0x7F, 0x80, 0xFF}[random.nextInt(4)]);
            case 3 -> Arrays.copyOf(a, at);
            case 4 -> splice(a, at, at + length, new byte[0]);
            case 5 -> splice(a, at, at, Arrays.copyOfRange(a, at, at + length));
            default -> {
                int to = random.nextInt(a.length);
                yield splice(a, to, to, Arrays.copyOfRange(a, at, at + length));
            }
        };
    }

    private static byte[] with(byte[] a, int at, int value) {
        byte[] out = a.clone();
        out[at] = (byte) value;
        return out;
    }

    private static byte[] splice(byte[] a, int from, int to, byte[] insert) {
        byte[] out = new byte[a.length - (to - from) + insert.length];
        System.arraycopy(a, 0, out, 0, from);
        System.arraycopy(insert, 0, out, from, insert.length);
        System.arraycopy(a, to, out, from + insert.length, a.length - to);
        return out;
    }
}

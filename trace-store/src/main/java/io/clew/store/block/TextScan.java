package io.clew.store.block;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Finds the texts of a page or dictionary that satisfy a test. A pattern that knows a literal is asked only about texts
 * that hold it, and the literal is searched in all texts at once, eight bytes a step. Stateless.
 */
final class TextScan {
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private TextScan() {}

    /** The numbers of the texts for which {@link ValueTest#text(Texts, int)} holds. */
    static BitSet matching(Texts texts, ValueTest test) {
        BitSet found;
        if (test.isOfOneText()) {
            found = equal(texts, test.utf8);
        } else if (test.isOfPattern() && test.literal.length > 0) {
            found = holding(texts, test);
        } else {
            return each(texts, test);
        }
        if (test.isNegated()) {
            found.flip(0, texts.size());
        }
        return found;
    }

    private static BitSet each(Texts texts, ValueTest test) {
        BitSet found = new BitSet();
        for (int id = 0; id < texts.size(); id++) {
            if (test.text(texts, id)) {
                found.set(id);
            }
        }
        return found;
    }

    private static BitSet equal(Texts texts, byte[] wanted) {
        BitSet found = new BitSet();
        for (int id = 0, from = 0; id < texts.size(); id++) {
            int to = texts.end(id);
            if (to - from == wanted.length && Arrays.equals(texts.bytes, from, to, wanted, 0, wanted.length)) {
                found.set(id);
            }
            from = to;
        }
        return found;
    }

    /** Those that match the pattern, whether that is asked for or its opposite. */
    private static BitSet holding(Texts texts, ValueTest test) {
        BitSet found = new BitSet();
        int id = 0;
        for (int at = 0; (at = find(texts.bytes, at, texts.bytes.length, test.literal)) >= 0; ) {
            id = texts.idAt(at, id);
            if (at + test.literal.length > texts.end(id)) {
                // Runs over into the next text, which may itself begin with it.
                at++;
                continue;
            }
            if (test.text(texts, id) != test.isNegated()) {
                found.set(id);
            }
            at = texts.end(id);
        }
        return found;
    }

    /**
     * The first place from {@code from} on where {@code needle}, which is not empty, stands whole before {@code to}, or -1.
     * Looks at its first and its last byte together, eight places a step.
     */
    static int find(byte[] bytes, int from, int to, byte[] needle) {
        int behind = needle.length - 1;
        int end = to - behind;
        byte first = needle[0];
        byte last = needle[behind];
        int at = from;
        long firsts = (first & 0xFF) * LOW_BITS;
        long lasts = (last & 0xFF) * LOW_BITS;
        for (; at <= end - 8; at += 8) {
            long other =
                    (long) ByteSink.LONG.get(bytes, at) ^ firsts | (long) ByteSink.LONG.get(bytes, at + behind) ^ lasts;
            // A high bit wherever a byte is zero, and perhaps in bytes right above one.
            long zero = other - LOW_BITS & ~other & HIGH_BITS;
            for (; zero != 0; zero &= zero - 1) {
                int place = at + (Long.numberOfTrailingZeros(zero) >>> 3);
                if (stands(bytes, place, needle)) {
                    return place;
                }
            }
        }
        for (; at < end; at++) {
            if (bytes[at] == first && stands(bytes, at, needle)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean stands(byte[] bytes, int at, byte[] needle) {
        return Arrays.equals(bytes, at, at + needle.length, needle, 0, needle.length);
    }
}

package io.clew.analysis.cell;

import io.clew.model.ByteDictionary;
import java.util.Arrays;

/**
 * The texts of one cell, numbered; 0 is the empty text. A text of more than {@link #LONGEST} bytes is cut, at a whole
 * character. Of each text it knows a hash and whether it looks like an identifier ({@link #looksUnique}), which decide what
 * is kept when there is too much. Not thread-safe.
 */
final class Words {
    /** Bytes of a text that are kept. */
    static final int LONGEST = 256;

    private final ByteDictionary texts = new ByteDictionary();
    private long[] ranks = new long[64];

    int intern(byte[] source, int offset, int length) {
        int id = texts.intern(source, offset, cut(source, offset, length));
        if (id >= ranks.length) {
            ranks = Arrays.copyOf(ranks, 2 * ranks.length);
        }
        if (id > 0 && ranks[id] == 0) {
            ranks[id] = rank(texts.array(), texts.offset(id), texts.length(id));
        }
        return id;
    }

    ByteDictionary texts() {
        return texts;
    }

    int size() {
        return texts.size();
    }

    /** A hash of the text; negative when it {@linkplain #looksUnique looks like an identifier}. See {@link Table}. */
    long rank(int id) {
        return ranks[id];
    }

    int compare(int a, int b) {
        return Arrays.compareUnsigned(
                texts.array(),
                texts.offset(a),
                texts.offset(a) + texts.length(a),
                texts.array(),
                texts.offset(b),
                texts.offset(b) + texts.length(b));
    }

    private static int cut(byte[] source, int offset, int length) {
        if (length <= LONGEST) {
            return length;
        }
        int cut = LONGEST;
        while (cut > 0 && (source[offset + cut] & 0xC0) == 0x80) {
            cut--;
        }
        return cut;
    }

    private static long rank(byte[] bytes, int offset, int length) {
        long hash = 0xCBF29CE484222325L;
        for (int i = offset; i < offset + length; i++) {
            hash = (hash ^ bytes[i]) * 0x100000001B3L;
        }
        hash = mix(hash) >>> 1 | 1;
        return looksUnique(bytes, offset, length) ? hash | Long.MIN_VALUE : hash;
    }

    static long mix(long x) {
        x = (x ^ x >>> 32) * 0xD6E8FEB86659FD93L;
        x = (x ^ x >>> 32) * 0xD6E8FEB86659FD93L;
        return x ^ x >>> 32;
    }

    /** Whether five digits stand in a row, or eight hexadecimal digits of which at least two are decimal: an id, a time, a hash. */
    static boolean looksUnique(byte[] bytes, int offset, int length) {
        int decimal = 0;
        int hex = 0;
        int decimalInHex = 0;
        for (int i = offset; i < offset + length; i++) {
            byte b = bytes[i];
            boolean digit = b >= '0' && b <= '9';
            boolean letter = b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F';
            decimal = digit ? decimal + 1 : 0;
            hex = digit || letter ? hex + 1 : 0;
            decimalInHex = digit ? decimalInHex + 1 : letter ? decimalInHex : 0;
            if (decimal >= 5 || hex >= 8 && decimalInHex >= 2) {
                return true;
            }
        }
        return false;
    }
}

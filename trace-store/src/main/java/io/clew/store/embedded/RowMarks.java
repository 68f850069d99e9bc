package io.clew.store.embedded;

import java.util.Arrays;

/** A set of row numbers of one batch; reusable. */
final class RowMarks {
    private long[] words = new long[8];
    private int count;

    void clear() {
        if (count > 0) {
            Arrays.fill(words, 0);
            count = 0;
        }
    }

    void mark(int row) {
        int word = row >>> 6;
        if (word >= words.length) {
            words = Arrays.copyOf(words, Math.max(word + 1, 2 * words.length));
        }
        if ((words[word] & 1L << row) == 0) {
            words[word] |= 1L << row;
            count++;
        }
    }

    boolean marked(int row) {
        return count > 0 && row >>> 6 < words.length && (words[row >>> 6] & 1L << row) != 0;
    }

    int count() {
        return count;
    }
}

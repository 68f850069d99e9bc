package io.clew.analysis.map;

import io.clew.analysis.cell.Numbering;
import java.util.Arrays;

/** Counts by key of a few ints, for one trace: found again without allocating. Reusable. */
final class Tally {
    private final Numbering keys;
    private long[] counts = new long[64];
    private long[] errors = new long[64];

    Tally(int width) {
        this.keys = new Numbering(width);
    }

    void clear() {
        keys.clear();
    }

    /** Counts once more under the key. Returns the entry's number. */
    int add(int[] key, boolean error) {
        int known = keys.size();
        int entry = keys.of(key);
        if (entry == known) {
            if (entry == counts.length) {
                counts = Arrays.copyOf(counts, 2 * entry);
                errors = Arrays.copyOf(errors, 2 * entry);
            }
            counts[entry] = 0;
            errors[entry] = 0;
        }
        count(entry, error);
        return entry;
    }

    void count(int entry, boolean error) {
        counts[entry]++;
        errors[entry] += error ? 1 : 0;
    }

    int size() {
        return keys.size();
    }

    int key(int entry, int part) {
        return keys.key(entry, part);
    }

    long count(int entry) {
        return counts[entry];
    }

    long errors(int entry) {
        return errors[entry];
    }
}

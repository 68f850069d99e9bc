package io.clew.analysis.cell;

import java.util.List;

/**
 * What a table's keys and rows are made of.
 *
 * @param name for messages
 * @param keys the parts of a key, in order
 * @param sums how many numbers rows add up
 * @param maxima how many numbers rows keep the largest of
 * @param sketches how many latency sketches a row has
 * @param peaks whether rows count by second
 * @param seen whether rows know the first and the last time
 * @param examples whether rows keep examples
 * @param limit rows a table keeps; what is more goes into its other row
 */
public record TableShape(
        String name,
        List<Part> keys,
        int sums,
        int maxima,
        int sketches,
        boolean peaks,
        boolean seen,
        boolean examples,
        int limit) {

    /** One part of a key. */
    public enum Part {
        /** A small number that is not negative. */
        NUMBER,
        /** A text. */
        TEXT,
        /** A text that may be different in every span; see {@link Table} for what follows. */
        FREE_TEXT
    }

    boolean isText(int part) {
        return keys.get(part) != Part.NUMBER;
    }

    int width() {
        return keys.size();
    }
}

package io.clew.store.block;

/**
 * How a block is cut. A trace is never cut: page and row group end with the first trace that reaches a bound.
 *
 * @param rowGroupSpans spans of a row group, at least 1
 * @param pageSpans spans of a page, at least 1
 * @param rowGroupTextBytes distinct text of a row group, bytes
 * @param pageTextBytes new distinct text of a page, bytes
 * @param attributeColumns columns for attributes of spans, and as many for events and for links; the rarest keys beyond
 *     share one column
 */
public record BlockSettings(
        int rowGroupSpans, int pageSpans, long rowGroupTextBytes, long pageTextBytes, int attributeColumns) {
    /** Just below powers of two, which the arrays of a batch grow by. */
    public static final BlockSettings DEFAULT = new BlockSettings(64_000, 4_000, 64L << 20, 4L << 20, 512);

    public BlockSettings {
        if (rowGroupSpans < 1 || pageSpans < 1 || rowGroupTextBytes < 1 || pageTextBytes < 1 || attributeColumns < 0) {
            throw new IllegalArgumentException("bounds of a block must be positive");
        }
    }

    /** Spans that a row group of more than one trace has at most. */
    public long mostSpansOfTraces() {
        return rowGroupSpans * 3L / 2;
    }
}

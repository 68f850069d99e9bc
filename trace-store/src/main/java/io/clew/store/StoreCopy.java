package io.clew.store;

import java.nio.file.Path;

/**
 * A copy of a store that was made.
 *
 * @param directory where it is, absolute
 * @param spans distinct spans in it
 * @param traces distinct traces in it
 * @param blocks block files
 * @param linkedBytes of block files shared with the original
 * @param copiedBytes of block files copied
 */
public record StoreCopy(Path directory, long spans, long traces, int blocks, long linkedBytes, long copiedBytes) {}

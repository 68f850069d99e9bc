package io.clew.server.config;

/**
 * A number of bytes, or a share of a whole that is known later.
 *
 * @param bytes when there is no share; 0 = no limit
 * @param percent 1 to 100, or 0 when it is a number of bytes
 */
public record Size(long bytes, int percent) {
    /** No limit. */
    public static final Size NONE = new Size(0, 0);

    /** In bytes, at least 1 of a share. */
    public long of(long whole) {
        return percent == 0 ? bytes : Math.max(1, whole / 100 * percent);
    }
}

package io.clew.model;

/**
 * Bounds a request must keep; recorded with each log record so that replay decides as the first reading did.
 *
 * @param maxBodyBytes largest body after decompression, inclusive, in bytes
 * @param maxDepth deepest nesting of array and key-value-list values, inclusive; a plain value has depth 0
 */
public record DecodeLimits(int maxBodyBytes, int maxDepth) {
    /** 64 MiB as OTLP 1.11 recommends, and 100 levels. */
    public static final DecodeLimits DEFAULT = new DecodeLimits(67_108_864, 100);
}

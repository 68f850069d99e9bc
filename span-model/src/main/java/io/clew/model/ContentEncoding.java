package io.clew.model;

/** How a request's bytes are compressed. The ordinals stand in log records and never change. */
public enum ContentEncoding {
    IDENTITY,
    GZIP,
    ZSTD
}

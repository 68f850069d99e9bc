package io.clew.store;

import java.nio.file.Path;

/** Bytes of a file are not what was written. Names the file and the offset; the rest of the store goes on. */
public final class DamagedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String file;
    private final long offset;

    /** @param offset bytes from the beginning of the file */
    public DamagedException(Path file, long offset, String what) {
        super(file + " is damaged at offset " + offset + ": " + what);
        this.file = file.toString();
        this.offset = offset;
    }

    public String file() {
        return file;
    }

    public long offset() {
        return offset;
    }
}

package io.clew.store;

import java.nio.file.Path;

/** Bytes of a file are not what was written. Names the file and the offset; the rest of the store goes on. */
public final class DamagedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String file;
    private final long offset;
    private final String what;

    /** @param offset bytes from the beginning of the file */
    public DamagedException(Path file, long offset, String what) {
        super(new Damage(file, offset, what).line());
        this.file = file.toString();
        this.offset = offset;
        this.what = what;
    }

    public String file() {
        return file;
    }

    public long offset() {
        return offset;
    }

    /** How it is known. */
    public String what() {
        return what;
    }
}

package io.clew.ingest.otlp;

/** Bytes that are not what their format says: what is wrong, and at which offset of the array walked. Carries no stack. */
final class FormatException extends Exception {
    private static final long serialVersionUID = 1;

    private final int offset;

    FormatException(int offset, String what) {
        super(what, null, false, false);
        this.offset = offset;
    }

    int offset() {
        return offset;
    }

    String what() {
        return String.valueOf(getMessage());
    }
}

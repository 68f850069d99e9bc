package io.clew.ingest.otlp;

/** Bytes that are not protobuf: what is wrong, and at which offset of the array being walked. Carries no stack. */
final class WireException extends Exception {
    private static final long serialVersionUID = 1;

    private final int offset;

    WireException(int offset, String what) {
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

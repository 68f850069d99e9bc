package io.clew.analysis.cell;

/** Bytes that are not a cell this version can read; says what was expected, what was read, and where. */
public final class CellFormatException extends RuntimeException {
    public CellFormatException(String message) {
        super(message);
    }
}

package io.clew.traceql.regex;

/** A regular expression that does not compile or would cost too much; the message says why. */
public final class RegexException extends Exception {
    private static final long serialVersionUID = 1;

    RegexException(String message) {
        super(message);
    }
}

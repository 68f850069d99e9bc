package io.clew.server.jaeger;

/** A parameter cannot be understood; the message is what the client gets. */
final class BadParameterException extends Exception {
    private static final long serialVersionUID = 1;

    BadParameterException(String message) {
        super(message, null, false, false);
    }
}

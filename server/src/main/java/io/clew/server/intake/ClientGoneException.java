package io.clew.server.intake;

/** The client ended the connection before its request was complete; nobody is left to answer. */
public final class ClientGoneException extends Exception {
    private static final long serialVersionUID = 1;

    ClientGoneException(Throwable cause) {
        super("the request broke off: " + cause.getMessage(), cause);
    }
}

package io.clew.server.config;

/** A setting is wrong. The message says which, where it was set, what was read and what was expected. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    public ConfigException(String message) {
        super(message);
    }
}

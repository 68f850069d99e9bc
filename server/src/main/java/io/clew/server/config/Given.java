package io.clew.server.config;

/**
 * A value as someone gave it.
 *
 * @param text the value, not yet understood
 * @param where who gave it, as messages name it: a flag, a variable, or a file with its line
 */
record Given(String text, String where) {

    ConfigException wrong(String expected) {
        return new ConfigException(where + ": expected " + expected + ", read '" + text + "'");
    }
}

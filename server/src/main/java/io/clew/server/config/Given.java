package io.clew.server.config;

/**
 * A value as someone gave it.
 *
 * @param text the value, not yet understood
 * @param where who gave it, as messages name it: a flag, a variable, a file with its line and key, or just the key
 * @param origin who gave it, without the key: a flag, a variable, a file with its line, or {@code default}
 */
record Given(String text, String where, String origin) {

    /** Given by something that has one name. */
    static Given by(String name, String text) {
        return new Given(text, name, name);
    }

    /** Given by nobody. */
    static Given byDefault(Setting setting, String text) {
        return new Given(text, setting.key(), "default");
    }

    ConfigException wrong(String expected) {
        return new ConfigException(where + ": expected " + expected + ", read '" + text + "'");
    }
}

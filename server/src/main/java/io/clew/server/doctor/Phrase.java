package io.clew.server.doctor;

import java.util.List;

/**
 * Something to say, in whichever language.
 *
 * @param key of the line in {@code doctor.properties}
 * @param details filled in as by {@link String#format}
 */
record Phrase(String key, List<Object> details) {

    static Phrase of(String key, Object... details) {
        return new Phrase(key, List.of(details));
    }
}

package io.clew.server.doctor;

import java.util.List;

/**
 * What keeps spans from arriving.
 *
 * @param cause which kind of fault
 * @param fault what is wrong, in words
 * @param fixes what to do about it, most likely first; one of them is enough
 */
record Diagnosis(Cause cause, Phrase fault, List<Phrase> fixes) {

    static Diagnosis of(Cause cause, List<Phrase> fixes, Object... details) {
        return new Diagnosis(cause, Phrase.of(cause.key(), details), fixes);
    }
}

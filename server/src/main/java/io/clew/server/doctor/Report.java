package io.clew.server.doctor;

import java.util.List;

/**
 * The doctor's findings.
 *
 * @param tried what was tried as configured, and what came of it
 * @param diagnoses what is wrong; empty when spans would arrive
 * @param notes what else is worth knowing
 */
record Report(List<Tried> tried, List<Diagnosis> diagnoses, List<Phrase> notes) {

    /**
     * A try.
     *
     * @param what the target, maybe with the proxy on the way
     */
    record Tried(String what, Outcome outcome) {}

    boolean wouldArrive() {
        return diagnoses.isEmpty();
    }
}

package io.clew.server.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Settings by which an SDK sends no spans however well it could: switched off, another exporter, or no sampling. */
record SwitchedOff(Environment environment) {

    List<Diagnosis> diagnoses() {
        var diagnoses = new ArrayList<Diagnosis>();
        look(diagnoses, "OTEL_SDK_DISABLED", value -> value.equals("true"));
        look(diagnoses, "OTEL_JAVAAGENT_ENABLED", value -> value.equals("false"));
        look(
                diagnoses,
                "OTEL_TRACES_EXPORTER",
                value -> !List.of(value.split("\\s*,\\s*", -1)).contains("otlp"));
        look(diagnoses, "OTEL_TRACES_SAMPLER", this::samplesNothing);
        return diagnoses;
    }

    private boolean samplesNothing(String sampler) {
        String ratio = environment.setting("OTEL_TRACES_SAMPLER_ARG");
        boolean zero = ratio != null && ratio.matches("0*\\.?0*") && !ratio.isEmpty();
        return sampler.endsWith("always_off") || (sampler.endsWith("traceidratio") && zero);
    }

    private interface Test {
        boolean switchesOff(String value);
    }

    private void look(List<Diagnosis> diagnoses, String variable, Test test) {
        String value = environment.setting(variable);
        if (value != null && !value.isBlank() && test.switchesOff(value.strip().toLowerCase(Locale.ROOT))) {
            diagnoses.add(Diagnosis.of(
                    Cause.NOT_EXPORTING, List.of(Phrase.of("fix-unset", variable)), variable, value.strip()));
        }
    }
}

package io.clew.server.doctor;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The process environment as an application beside the doctor has it.
 *
 * @param variables environment variables
 * @param properties Java system properties; those an application gets by {@code JAVA_TOOL_OPTIONS} the doctor has, too
 */
record Environment(Map<String, String> variables, Map<String, String> properties) {

    static Environment ofThisProcess() {
        var properties = new java.util.HashMap<String, String>();
        System.getProperties().stringPropertyNames().forEach(name -> properties.put(name, System.getProperty(name)));
        return new Environment(System.getenv(), properties);
    }

    /** An OpenTelemetry setting by the name of its variable; the system property that the Java agent reads wins. */
    @Nullable
    String setting(String variable) {
        String property = properties.get(variable.toLowerCase(Locale.ROOT).replace('_', '.'));
        return property != null ? property : variables.get(variable);
    }

    /** The first of these variables that is set to something, or null. */
    @Nullable
    String firstOf(String... names) {
        for (String name : names) {
            String value = variables.get(name);
            if (value != null && !value.isBlank()) {
                return name;
            }
        }
        return null;
    }

    /** The value of a variable, empty when it is not set. */
    String variable(String name) {
        return variables.getOrDefault(name, "");
    }
}

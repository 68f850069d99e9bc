package io.clew.server.doctor;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;

/** An application's environment, and what the doctor's command line says of it. */
final class Patient {

    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, String> properties = new HashMap<>();

    /** Exit code and all that was printed. */
    record Visit(int code, String said) {}

    Patient with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    Patient withProperty(String property, String value) {
        properties.put(property, value);
        return this;
    }

    Visit visits(String... arguments) {
        var out = new ByteArrayOutputStream();
        var command = new DoctorCommand(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new Environment(variables, properties),
                Path.of("/no such root, so no container"));
        int code = new CommandLine(command).execute(arguments);
        return new Visit(code, out.toString(StandardCharsets.UTF_8));
    }
}

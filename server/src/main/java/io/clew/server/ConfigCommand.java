package io.clew.server;

import io.clew.server.config.ConfigException;
import io.clew.server.config.Effective;
import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code config}: prints every setting as {@code up} would have it, and where each came from. */
final class ConfigCommand {
    static final String NAME = "config";

    private static final String YAML = "--yaml";

    private ConfigCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name(NAME).mixinStandardHelpOptions(true);
        spec.addOption(OptionSpec.builder(YAML)
                .type(boolean.class)
                .description("print a configuration file that gives these values")
                .build());
        UpCommand.addFlags(spec);
        spec.usageMessage()
                .description(
                        "Prints the settings that 'up' with the same flags, environment and file would have, and where "
                                + "each came from; starts nothing.");
        return spec;
    }

    static int run(CommandLine.ParseResult parsed, PrintStream out, PrintStream err) {
        try {
            Effective settings = UpCommand.settings(parsed);
            out.print(parsed.hasMatchedOption(YAML) ? settings.yaml() : settings.table());
            out.flush();
            return 0;
        } catch (ConfigException e) {
            err.println("clew: " + e.getMessage());
            return Main.MISUSE;
        }
    }
}

package io.clew.server;

import io.clew.server.store.VerifyCommand;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code store}: work on a data directory while no server runs on it. Every command of the group is a
 * {@link java.util.concurrent.Callable} that answers the exit code.
 */
final class StoreCommand {
    static final String NAME = "store";

    private StoreCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name(NAME).mixinStandardHelpOptions(true);
        spec.usageMessage().description("Works on the data directory of a server that is not running.");
        add(spec, new VerifyCommand());
        return spec;
    }

    private static void add(CommandSpec group, Object command) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(command);
        group.addSubcommand(spec.name(), spec);
    }
}

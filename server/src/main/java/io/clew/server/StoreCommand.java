package io.clew.server;

import io.clew.server.exchange.DeleteCommand;
import io.clew.server.exchange.ExportCommand;
import io.clew.server.exchange.ImportCommand;
import io.clew.server.exchange.SnapshotCommand;
import io.clew.server.exchange.StatsCommand;
import io.clew.server.store.RepairCommand;
import io.clew.server.store.VerifyCommand;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code store}: work on a data directory. Every command of the group is a {@link java.util.concurrent.Callable} that
 * answers the exit code.
 */
final class StoreCommand {
    static final String NAME = "store";

    private StoreCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name(NAME).mixinStandardHelpOptions(true);
        spec.usageMessage().description("Works on a data directory, most commands also while a server runs on it.");
        add(spec, new StatsCommand());
        add(spec, new ExportCommand());
        add(spec, new ImportCommand());
        add(spec, new SnapshotCommand());
        add(spec, new DeleteCommand());
        add(spec, new VerifyCommand());
        add(spec, new RepairCommand());
        return spec;
    }

    private static void add(CommandSpec group, Object command) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(command);
        group.addSubcommand(spec.name(), spec);
    }
}

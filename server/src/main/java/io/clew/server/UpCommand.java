package io.clew.server;

import io.clew.server.config.ConfigException;
import io.clew.server.config.ConfigReader;
import io.clew.server.config.Effective;
import io.clew.server.config.ServerConfig;
import io.clew.server.config.Setting;
import io.clew.server.life.ClewServer;
import io.clew.server.life.StartException;
import io.clew.server.life.StoreOpener;
import io.clew.server.net.Address;
import io.clew.server.net.Container;
import java.io.IOException;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code up}: runs the server until a signal stops it. */
final class UpCommand {
    private static final String CONFIG = "--config";

    private UpCommand() {}

    /** The command with a flag for each {@link Setting}. */
    static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("up").mixinStandardHelpOptions(true);
        addFlags(spec);
        spec.usageMessage()
                .description(
                        "Runs the server. A flag wins over its environment variable (--port-offset: CLEW_PORT_OFFSET), "
                                + "that over the configuration file.")
                .footer("Ctrl-C or TERM stops it with everything kept. All settings:", "docs/configuration.md");
        return spec;
    }

    /** A flag for each {@link Setting}, and the one that names the configuration file. */
    static void addFlags(CommandSpec spec) {
        spec.addOption(OptionSpec.builder(CONFIG)
                .type(String.class)
                .paramLabel("FILE")
                .description("settings as YAML, e.g. 'port-offset: 100' (variable: " + ConfigReader.FILE_VARIABLE + ")")
                .build());
        for (Setting setting : Setting.values()) {
            spec.addOption(OptionSpec.builder(setting.flag())
                    .type(String.class)
                    .paramLabel(setting.valueName())
                    // Help texts are format strings.
                    .description(setting.description().replace("%", "%%"))
                    .build());
        }
    }

    /** The settings in effect under these flags. */
    static Effective settings(CommandLine.ParseResult parsed) throws ConfigException {
        Map<Setting, String> flags = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            if (parsed.hasMatchedOption(setting.flag())) {
                flags.put(setting, parsed.<String>matchedOptionValue(setting.flag(), ""));
            }
        }
        String configFile = parsed.hasMatchedOption(CONFIG) ? parsed.<String>matchedOptionValue(CONFIG, "") : null;
        return ConfigReader.read(flags, configFile, System.getenv(), Container.isAround());
    }

    /**
     * Runs until the process is told to stop.
     *
     * @return the exit code; only when the server did not start
     */
    static int run(CommandLine.ParseResult parsed, StoreOpener opener, PrintStream out, PrintStream err) {
        try {
            ServerConfig config = settings(parsed).config();
            ClewServer server = ClewServer.start(config, Main.version(), opener);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, out, err), "clew-stop"));
            greet(server, out);
            Thread.currentThread().join();
            return 0;
        } catch (ConfigException e) {
            err.println("clew: " + e.getMessage());
            return Main.MISUSE;
        } catch (StartException e) {
            err.println("clew: " + e.getMessage());
            return Main.FAILED;
        } catch (InterruptedException e) {
            return Main.FAILED;
        }
    }

    // Halts, because the JVM answers a signal with exit code 128 + n even when all went well.
    private static void stop(ClewServer server, PrintStream out, PrintStream err) {
        int code = 0;
        out.println("clew: stopping");
        try {
            server.close();
            out.println(
                    "clew: stopped, everything is kept in " + server.config().dataDirectory());
        } catch (IOException | RuntimeException e) {
            err.println("clew: stopping failed: " + e);
            code = Main.FAILED;
        }
        out.flush();
        err.flush();
        Runtime.getRuntime().halt(code);
    }

    private static void greet(ClewServer server, PrintStream out) {
        for (Address address : server.addresses()) {
            String container = address.fromContainer();
            out.printf(
                    "  %-10s %-28s%s%n",
                    address.door().title(),
                    address.fromHost(),
                    container == null ? "" : "  from a container: " + container);
        }
        if (server.isLoopback()) {
            out.println(
                    "  Only this machine can reach these addresses; containers cannot. --bind 0.0.0.0 changes that.");
        } else if (Container.isAround()) {
            out.println("  This is a container: its host reaches these ports where they are published, and other "
                    + "containers of its network by this one's name (in Compose the service's) instead of the host's.");
        }
        // Last, so that whoever waits for it has read the rest.
        out.println("clew " + Main.version() + " is ready; traces are kept in "
                + server.config().dataDirectory());
        out.flush();
    }
}

package io.clew.server;

import io.clew.server.doctor.DoctorCommand;
import io.clew.server.life.EmbeddedStoreOpener;
import io.clew.server.life.StoreOpener;
import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The command line. Exit codes: 0 when all went well, {@value #FAILED} when something failed, {@value #MISUSE} when the
 * command line or a setting is wrong.
 */
public final class Main {
    static final int FAILED = 1;
    static final int MISUSE = 2;

    private Main() {}

    public static void main(String[] arguments) {
        Logging.configure();
        // No door speaks TLS yet; looking for OpenSSL would only cost time at start.
        System.setProperty("com.linecorp.armeria.tlsEngineType", "jdk");
        int code = run(arguments, new EmbeddedStoreOpener(), System.out, System.err);
        System.exit(code);
    }

    static int run(String[] arguments, StoreOpener opener, PrintStream out, PrintStream err) {
        CommandLine commands = commands();
        try {
            ParseResult parsed = commands.parseArgs(arguments);
            ParseResult command = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
            if (parsed.isUsageHelpRequested() || command.isUsageHelpRequested()) {
                command.commandSpec().commandLine().usage(out);
                return 0;
            }
            if (parsed.isVersionHelpRequested() || command.isVersionHelpRequested()) {
                out.println("clew " + version());
                return 0;
            }
            return switch (command.commandSpec().name()) {
                case "up" -> UpCommand.run(command, opener, out, err);
                case "doctor" -> doctor(command);
                case "version" -> {
                    out.println("clew " + version());
                    yield 0;
                }
                default -> {
                    commands.usage(out);
                    yield parsed.hasSubcommand() ? 0 : MISUSE;
                }
            };
        } catch (ParameterException e) {
            err.println("clew: " + e.getMessage());
            err.println("clew: see: clew help");
            return MISUSE;
        }
    }

    private static int doctor(ParseResult command) {
        try {
            return ((DoctorCommand) command.commandSpec().userObject()).call();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    /** The version of this build. */
    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static CommandLine commands() {
        CommandSpec root = CommandSpec.create().name("clew").mixinStandardHelpOptions(true);
        root.usageMessage().description("Distributed tracing in one process.");
        root.addSubcommand("up", UpCommand.spec());
        root.addSubcommand("doctor", CommandSpec.forAnnotatedObject(new DoctorCommand()));
        CommandSpec version = CommandSpec.create().name("version");
        version.usageMessage().description("Prints the version.");
        root.addSubcommand("version", version);
        CommandSpec help = CommandSpec.create().name("help");
        help.usageMessage().description("Prints this text.");
        root.addSubcommand("help", help);
        return new CommandLine(root);
    }
}

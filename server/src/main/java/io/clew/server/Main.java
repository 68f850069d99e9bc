package io.clew.server;

import io.clew.server.analyze.AnalyzeCommand;
import io.clew.server.config.NearestName;
import io.clew.server.doctor.DoctorCommand;
import io.clew.server.exchange.SqlCommand;
import io.clew.server.life.EmbeddedStoreOpener;
import io.clew.server.life.StoreOpener;
import java.io.PrintStream;
import java.util.Set;
import java.util.concurrent.Callable;
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
        Logging.configure(arguments.length > 0 && arguments[0].equals("up"));
        // No door speaks TLS yet; looking for OpenSSL would only cost time at start.
        System.setProperty("com.linecorp.armeria.tlsEngineType", "jdk");
        int code = run(arguments, new EmbeddedStoreOpener(), System.out, System.err);
        System.exit(code);
    }

    static int run(String[] arguments, StoreOpener opener, PrintStream out, PrintStream err) {
        CommandLine commands = commands();
        try {
            ParseResult parsed = commands.parseArgs(arguments);
            ParseResult command = parsed;
            boolean help = parsed.isUsageHelpRequested();
            boolean version = parsed.isVersionHelpRequested();
            while (command.hasSubcommand() && !help && !version) {
                command = command.subcommand();
                help = command.isUsageHelpRequested();
                version = command.isVersionHelpRequested();
            }
            if (help) {
                command.commandSpec().commandLine().usage(out);
                return 0;
            }
            if (version) {
                out.println("clew " + version());
                return 0;
            }
            if (command.commandSpec().userObject() instanceof Callable<?> callable) {
                return call(callable);
            }
            return switch (command.commandSpec().name()) {
                case "up" -> UpCommand.run(command, opener, out, err);
                case ConfigCommand.NAME -> ConfigCommand.run(command, out, err);
                case StoreCommand.NAME -> {
                    command.commandSpec().commandLine().usage(err);
                    yield MISUSE;
                }
                case RehearseCommand.NAME -> RehearseCommand.run(command, opener, err);
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
            err.println("clew: " + wrong(e));
            err.println("clew: see: clew help");
            return MISUSE;
        }
    }

    /** What is wrong with the command line; of what is not known, also what it is most like. */
    private static String wrong(ParameterException e) {
        String message = String.valueOf(e.getMessage());
        if (!(e instanceof CommandLine.UnmatchedArgumentException unmatched)) {
            return message;
        }
        CommandLine command = e.getCommandLine();
        // Only the first: what follows an unknown option may be its value.
        String read = unmatched.getUnmatched().getFirst().replaceFirst("=.*", "");
        if (read.startsWith("--")) {
            Set<String> known = command.getCommandSpec().optionsMap().keySet();
            return known.isEmpty()
                    ? message
                    : "there is no option '" + read + "'; the nearest is '" + NearestName.to(read, known) + "'";
        }
        Set<String> commands = command.getSubcommands().keySet();
        return commands.isEmpty() || read.startsWith("-")
                ? message
                : "there is no command '" + read + "'; the nearest is '" + NearestName.to(read, commands) + "'";
    }

    /** A command that answers its exit code and has told of what it could not do. */
    private static int call(Callable<?> command) {
        try {
            return (Integer) command.call();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
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
        root.addSubcommand(ConfigCommand.NAME, ConfigCommand.spec());
        root.addSubcommand("doctor", CommandSpec.forAnnotatedObject(new DoctorCommand()));
        root.addSubcommand(StoreCommand.NAME, StoreCommand.spec());
        root.addSubcommand("analyze", CommandSpec.forAnnotatedObject(new AnalyzeCommand()));
        root.addSubcommand("sql", CommandSpec.forAnnotatedObject(new SqlCommand()));
        root.addSubcommand(RehearseCommand.NAME, RehearseCommand.spec());
        CommandSpec version = CommandSpec.create().name("version");
        version.usageMessage().description("Prints the version.");
        root.addSubcommand("version", version);
        CommandSpec help = CommandSpec.create().name("help");
        help.usageMessage().description("Prints this text.");
        root.addSubcommand("help", help);
        return new CommandLine(root);
    }
}

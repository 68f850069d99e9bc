package io.clew.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./clew demo}: the command line, and what happens in which order. */
@Command(
        name = "clew demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a Clew server and a small tea shop of three services and a database, traced by the OpenTelemetry"
                    + " Java agent; sends customers; shows a trace of them. Ctrl-C ends all of it."
        })
public final class Demo implements Callable<Integer> {

    /** Customers of the first rush; the third of them meets a payment gateway that is down. */
    private static final int FIRST_RUSH = 12;

    @Option(names = "--once", description = "End after the first traces instead of going on until Ctrl-C.")
    private boolean once;

    @Option(
            names = "--port-offset",
            paramLabel = "N",
            defaultValue = "0",
            description = "Add N to every port, the server's and the shop's (default: ${DEFAULT-VALUE}).")
    private int portOffset;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the server keeps the spans. Default: a temporary directory, deleted at the end.")
    private @Nullable Path data;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "1",
            description = "Customers a second after the first rush, 0.1 to 100 (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(names = "--lang", paramLabel = "en|zh", description = "Language of the output. Default: the shell's.")
    private @Nullable String language;

    @Option(names = "--server-class-path", required = true, hidden = true)
    private String serverClassPath = "";

    @Option(names = "--server-jvm-option", hidden = true)
    private List<String> serverJvmOptions = List.of();

    @Spec
    private @Nullable CommandSpec spec;

    /** Exit code 0 after {@code --once} and after Ctrl-C or TERM, 1 when something did not start or no trace came, 2 for a wrong option. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Demo()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check(
                portOffset >= 0 && portOffset <= Ports.MAX_OFFSET,
                "--port-offset",
                "0 to " + Ports.MAX_OFFSET,
                portOffset);
        check(rate >= 0.1 && rate <= 100, "--rate", "0.1 to 100", rate);
        check(language == null || language.equals("en") || language.equals("zh"), "--lang", "en or zh", language);
        var console = new Console(language == null ? Console.languageOfShell() : language);
        var ports = new Ports(portOffset);
        var taken = ports.taken();
        if (!taken.isEmpty()) {
            taken.forEach((port, use) -> console.say("port-taken", port, use));
            console.say("port-taken-fix");
            return 1;
        }
        Path work = Files.createTempDirectory("clew-demo-");
        try (var run = new DemoRun(console, ports, work, data == null ? work.resolve("data") : data)) {
            return run.run(new DemoRun.Server(serverClassPath, serverJvmOptions), FIRST_RUSH, once, rate);
        }
    }

    private void check(boolean fine, String option, String expected, @Nullable Object read) {
        if (!fine) {
            throw new ParameterException(
                    java.util.Objects.requireNonNull(spec).commandLine(),
                    "Invalid value for option '" + option + "': expected " + expected + ", read '" + read + "'");
        }
    }
}

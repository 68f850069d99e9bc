package io.clew.server.doctor;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the doctor. Exit code 0 when spans would arrive, 1 with a diagnosis, 2 for a wrong option. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Why does nothing arrive? Run it beside the application that should be traced, in the same container and with"
                    + " the same environment. It sends an empty export as that application would and says what is in the"
                    + " way, and how to fix it. It stores nothing."
        })
public final class DoctorCommand implements Callable<Integer> {

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "Where the application sends. Default: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or"
                    + " OTEL_EXPORTER_OTLP_ENDPOINT, else OTLP's default.")
    private @Nullable String endpoint;

    @Option(
            names = "--protocol",
            paramLabel = "P",
            description = "grpc, http/protobuf or http/json. Default: OTEL_EXPORTER_OTLP_TRACES_PROTOCOL or"
                    + " OTEL_EXPORTER_OTLP_PROTOCOL, else http/protobuf.")
    private @Nullable String protocol;

    @Option(names = "--lang", paramLabel = "en|zh", description = "Language of the output. Default: the shell's.")
    private @Nullable Language language;

    private final PrintStream out;
    private final Environment environment;
    private final Surroundings where;

    /** Languages of the output. */
    enum Language {
        en,
        zh
    }

    /** Examines this process's own environment and prints to standard output. */
    public DoctorCommand() {
        this(
                new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8),
                Environment.ofThisProcess(),
                Path.of("/"));
    }

    DoctorCommand(PrintStream out, Environment environment, Path root) {
        this.out = out;
        this.environment = environment;
        this.where = new Surroundings(root, environment);
    }

    @Override
    public Integer call() throws InterruptedException {
        var words = new Words(language == null ? languageOfShell() : language);
        Report report;
        try {
            ExporterSettings settings = ExporterSettings.read(endpoint, protocol, environment);
            words.settings(settings);
            report = new Doctor(settings, environment, where).examine();
        } catch (ExporterSettings.BadSettingException e) {
            report = new Report(List.of(), List.of(Diagnosis.of(e.reason, e.fixes(), e.details)), List.of());
        } catch (IOException e) {
            report = new Report(
                    List.of(),
                    List.of(Diagnosis.of(
                            Cause.BAD_CERTIFICATE_FILE, List.of(Phrase.of("fix-certificate")), String.valueOf(e))),
                    List.of());
        }
        words.report(report);
        return report.wouldArrive() ? 0 : 1;
    }

    private Language languageOfShell() {
        String variable = environment.firstOf("LC_ALL", "LC_MESSAGES", "LANG");
        return variable != null && environment.variable(variable).startsWith("zh") ? Language.zh : Language.en;
    }

    /** Turns findings into lines of one language. */
    private final class Words {

        private final Locale locale;
        private final ResourceBundle lines;

        Words(Language language) {
            locale = Locale.of(language.name());
            lines = ResourceBundle.getBundle(
                    "io.clew.server.doctor.doctor",
                    locale,
                    ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
        }

        void settings(ExporterSettings settings) {
            print("settings-endpoint", settings.target().uri(), source(settings.endpoint()));
            print("settings-protocol", settings.target().wire().label, source(settings.wire()));
            where.container().ifPresent(evidence -> print("in-container", evidence));
        }

        private String source(ExporterSettings.Setting setting) {
            return setting.name().isEmpty()
                    ? lines.getString("default")
                    : setting.name().startsWith("--") ? setting.name() : setting.name() + "=" + setting.value();
        }

        void report(Report report) {
            for (Report.Tried tried : report.tried()) {
                print("tried", tried.what(), text(describe(tried.outcome())));
            }
            for (Diagnosis diagnosis : report.diagnoses()) {
                out.println();
                out.println(text(Phrase.of("diagnosis")) + text(diagnosis.fault()));
                print(diagnosis.fixes().size() == 1 ? "fix" : "fixes");
                diagnosis.fixes().forEach(fix -> out.println("  - " + text(fix)));
            }
            if (report.wouldArrive()) {
                out.println();
                print("would-arrive");
            }
            report.notes().forEach(note -> out.println(text(note)));
        }

        private void print(String key, Object... details) {
            out.println(text(Phrase.of(key, details)));
        }

        private String text(Phrase phrase) {
            return String.format(
                    locale, lines.getString(phrase.key()), phrase.details().toArray());
        }
    }

    private static Phrase describe(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Accepted _ -> Phrase.of("outcome-accepted");
            case Outcome.UnknownHost _ -> Phrase.of("outcome-unknown-host");
            case Outcome.Refused _ -> Phrase.of("outcome-refused");
            case Outcome.Unreachable(String reason) -> Phrase.of("outcome-unreachable", reason);
            case Outcome.WantsTls _ -> Phrase.of("outcome-wants-tls");
            case Outcome.NoTls _ -> Phrase.of("outcome-no-tls");
            case Outcome.Untrusted(String reason) -> Phrase.of("outcome-untrusted", reason);
            case Outcome.OnlyHttp1 _ -> Phrase.of("outcome-only-http1");
            case Outcome.OnlyHttp2 _ -> Phrase.of("outcome-only-http2");
            case Outcome.HttpAnswer(int status, String type) ->
                Phrase.of("outcome-http", status, type.isEmpty() ? "-" : type);
            case Outcome.GrpcAnswer(int status, String message) -> Phrase.of("outcome-grpc", status, message);
            case Outcome.NoAnswer(String reason) -> Phrase.of("outcome-no-answer", reason);
        };
    }
}

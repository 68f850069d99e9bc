package io.clew.server.exchange;

import io.clew.server.config.ConfigException;
import io.clew.server.net.Door;
import io.clew.server.store.DirectoryCommand;
import io.clew.server.store.Progress;
import io.clew.store.manifest.DirectoryLock;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code store import}: files of spans into a server or a data directory. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Reads OTLP (JSON, a request a line; protobuf, one request or many with the length before each; also .gz and"
                    + " .zst) and Parquet as export writes it, and stores the spans: through the server when one runs on"
                    + " the data directory, else straight into it. Spans that are stored already change nothing. An"
                    + " import that was interrupted goes on where it stopped when the same command is given again.",
            "What cannot be read is named with file and line, skipped and counted; so is a file that is not as it was"
                    + " exported. Imported spans count as arriving now.",
            "Exit code: 0 everything is stored, 1 something is not, 2 wrong options."
        })
public final class ImportCommand extends DirectoryCommand {
    @Parameters(
            paramLabel = "FILE|DIR|-",
            arity = "1",
            description = "a file, a directory of files, or - for the standard input")
    private String from = "";

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "a server anywhere, by its OTLP over HTTP address, e.g. http://clew:4318")
    private @Nullable String endpoint;

    @Option(names = "--restart", description = "import from the start, whatever an earlier run has done")
    private boolean restart;

    public ImportCommand() {
        this(standardOutput(), System.err);
    }

    ImportCommand(PrintStream out, PrintStream err) {
        super(out, err);
    }

    @Override
    protected int run() throws IOException, ConfigException {
        if (!from.equals("-") && !Files.exists(Path.of(from))) {
            throw new NoSuchFileException(from);
        }
        if (endpoint != null) {
            // What another server holds is not ours to ask: an earlier run counts as long as the address is the same.
            try (ImportTarget target = new ServerTarget(uri(endpoint), () -> Long.MAX_VALUE, ServerTarget.PATIENCE)) {
                return into(target);
            }
        }
        Path directory = directoryToFill();
        try (OfflineStore store = OfflineStore.open(directory);
                ImportTarget target = new StoreTarget(store.embedded(), directory.toString())) {
            return into(target);
        } catch (DirectoryLock.InUseException inUse) {
            try (LiveServer server = LiveServer.on(directory, inUse);
                    ImportTarget target = new ServerTarget(
                            URI.create(server.address(Door.OTLP_HTTP)),
                            () -> server.get("status").path("spansStored").asLong(),
                            ServerTarget.PATIENCE)) {
                return into(target);
            }
        }
    }

    private int into(ImportTarget target) throws IOException {
        Import run = new Import(target, err);
        if (from.equals("-")) {
            run.standardInput();
            return tell(run);
        }
        Path source = Path.of(from).toAbsolutePath().normalize();
        List<Path> files = Files.isDirectory(source) ? files(source) : List.of(source);
        Path place = ImportState.place(source);
        if (restart) {
            Files.deleteIfExists(place);
        }
        ImportState state = ImportState.read(place, target.name(), target.spansStored());
        try {
            run.files(files, state, ExportedFiles.around(source));
        } catch (IOException e) {
            run.meter().clear();
            throw new IOException(
                    reason(e) + "; " + String.format(Locale.ROOT, "%,d", run.spans())
                            + " spans of this run are stored, the same command goes on there",
                    e);
        } finally {
            save(state, target);
        }
        state.remove();
        return tell(run);
    }

    private void save(ImportState state, ImportTarget target) {
        try {
            state.write(target.spansStored());
        } catch (IOException e) {
            err.println("clew: cannot note how far the import is, so that another run would send everything again: "
                    + reason(e));
        }
    }

    private int tell(Import run) {
        run.meter().clear();
        out.print("imported " + Progress.count(run.spans(), "span") + ", "
                + run.meter().summary(run.spans()));
        if (run.skipped() > 0) {
            out.print("; an earlier run imported " + Progress.count(run.skipped(), "message"));
        }
        if (run.unreadable() > 0) {
            out.print("; " + Progress.count(run.unreadable(), "message") + " could not be read");
        }
        if (run.refused() > 0) {
            out.print("; " + Progress.count(run.refused(), "span") + (run.refused() == 1 ? " was" : " were")
                    + " refused");
        }
        if (run.wrongBefore() > 0) {
            out.print(" (" + (run.wrongBefore() == run.unreadable() + run.refused() ? "all" : run.wrongBefore())
                    + " in an earlier run; --restart names them again)");
        }
        if (run.filesLeftOut() > 0) {
            out.print("; " + Progress.count(run.filesLeftOut(), "file") + " left out");
        }
        out.println();
        return run.unreadable() > 0 || run.refused() > 0 || run.filesLeftOut() > 0 ? 1 : 0;
    }

    /** The directory's files that may hold spans, by name. */
    private List<Path> files(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        List<Path> known = files.stream()
                .filter(file -> isExported(file.getFileName().toString()))
                .toList();
        if (known.isEmpty()) {
            throw new IOException(directory + " has no file that ends with .json, .jsonl, .ndjson, .pb, .proto, .otlp,"
                    + " .bin or .parquet, also with .gz or .zst");
        }
        return known;
    }

    private static boolean isExported(String name) {
        return !name.startsWith(".")
                && !name.equals(ExportState.NAME)
                && MessageFile.Kind.ofName(name).isPresent();
    }

    private static URI uri(String endpoint) throws ConfigException {
        try {
            URI uri = URI.create(endpoint);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the one message there is.
        }
        throw new ConfigException("--endpoint: expected a URL such as http://127.0.0.1:4318, read '" + endpoint + "'");
    }
}

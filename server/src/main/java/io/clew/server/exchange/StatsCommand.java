package io.clew.server.exchange;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clew.server.config.ConfigException;
import io.clew.server.store.DirectoryCommand;
import io.clew.server.store.StoreDirectory;
import io.clew.store.ReadControl;
import io.clew.store.StoreLayout;
import io.clew.store.embedded.LayoutReader;
import io.clew.store.files.DiskFiles;
import io.clew.store.manifest.DirectoryLock;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code store stats}: what a data directory holds and where its bytes are. */
@Command(
        name = "stats",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "What the data directory holds and where its bytes are: blocks by day and level, deleted traces, times, bytes"
                    + " by part. Asks the server when one runs on it; else reads the files and changes nothing.",
            "Exit code: 0 all could be read, 1 something could not, 2 wrong options."
        })
public final class StatsCommand extends DirectoryCommand {
    @Option(names = "--columns", description = "bytes of each column instead of each part")
    private boolean columns;

    @Option(names = "--json", description = "as JSON, like the API's store/stats")
    private boolean json;

    public StatsCommand() {
        this(standardOutput(), System.err);
    }

    StatsCommand(PrintStream out, PrintStream err) {
        super(out, err);
    }

    @Override
    protected int run() throws IOException, ConfigException {
        Path directory = directory();
        StoreLayout layout;
        try (DirectoryLock _ = StoreDirectory.lockToRead(directory, err)) {
            layout = LayoutReader.ofDirectory(new DiskFiles(), directory, ReadControl.unbounded());
        } catch (DirectoryLock.InUseException inUse) {
            try (LiveServer server = LiveServer.on(directory, inUse)) {
                layout = LayoutJson.read(server.get("store/stats"));
            }
        }
        if (json) {
            StringWriter text = new StringWriter();
            try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
                generator.useDefaultPrettyPrinter();
                LayoutJson.write(layout, generator);
            }
            out.println(text);
        } else {
            new LayoutText(layout).print(directory, columns, out);
        }
        layout.unreadable().forEach(line -> err.println("clew: damaged: " + line));
        return layout.unreadable().isEmpty() ? 0 : 1;
    }
}

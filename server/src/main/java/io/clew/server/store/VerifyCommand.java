package io.clew.server.store;

import io.clew.server.config.ConfigException;
import io.clew.store.Damage;
import io.clew.store.files.DiskFiles;
import io.clew.store.manifest.DirectoryLock;
import io.clew.store.verify.StoreVerifier;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine.Command;

/** {@code store verify}: exit code 0 when all is as it was written, 1 when something is damaged, 2 for a wrong option. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Reads every byte of every file of the store and holds it against its checksum. Changes nothing. Prints each"
                    + " damaged place with file, offset and what stood there, and names what lies in the directory and is"
                    + " not read: snapshots, damaged files set aside, blocks that are not the store's.",
            "Exit code: 0 all is as it was written, 1 damage was found or the store cannot be read, 2 wrong options."
        })
public final class VerifyCommand extends DirectoryCommand {
    public VerifyCommand() {
        this(System.out, System.err);
    }

    VerifyCommand(PrintStream out, PrintStream err) {
        super(out, err);
    }

    @Override
    protected int run() throws IOException, ConfigException {
        Path path = directory();
        try (DirectoryLock _ = StoreDirectory.lockToRead(path, err)) {
            return verify(path);
        }
    }

    private int verify(Path path) throws IOException {
        Progress progress = new Progress(err);
        StoreVerifier.Result result = StoreVerifier.verify(new DiskFiles(), path, new StoreVerifier.Listener() {
            @Override
            public void progress(Path file, long done, long total) {
                progress.at(file.getFileName().toString(), done, total);
            }

            @Override
            public void damaged(Damage damage) {
                progress.clear();
                out.println(damage.line());
            }

            @Override
            public void doubtful(Damage place) {
                progress.clear();
                out.println(place.line());
            }
        });
        progress.clear();
        out.printf(
                "%s: %s, %s not yet in blocks, %s, %d bytes read: %s%n",
                path,
                Progress.count(result.blocks(), "block"),
                Progress.count(result.records(), "log record"),
                result.deleted() == 0
                        ? "no deleted trace in any block"
                        : Progress.count(result.deleted(), "deleted trace")
                                + " still in blocks until these are rewritten",
                result.bytes(),
                switch (result.damages()) {
                    case 0 ->
                        result.doubtful()
                                ? "nothing else is damaged; a start of the server goes on without that end of the log,"
                                        + " 'clew store repair' sets it aside"
                                : "all is as it was written";
                    case 1 -> "1 damaged place; 'clew store repair' sets it aside";
                    default ->
                        Progress.count(result.damages(), "damaged place") + "; 'clew store repair' sets them aside";
                });
        PlacesLeftOut.of(path).forEach(out::println);
        return result.damages() == 0 && !result.doubtful() ? 0 : 1;
    }
}

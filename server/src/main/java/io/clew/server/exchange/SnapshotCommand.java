package io.clew.server.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.clew.server.config.ConfigException;
import io.clew.server.store.DirectoryCommand;
import io.clew.store.StoreCopy;
import io.clew.store.StoreOnDisk;
import io.clew.store.manifest.DirectoryLock;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code store snapshot}: a copy of the data directory, also while the server runs. */
@Command(
        name = "snapshot",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Makes a copy of the data directory that opens as one, with everything acknowledged before; also while a server"
                    + " runs. Files are shared by hard links where the disk allows, so it takes moments and hardly any"
                    + " room.",
            "Exit code: 0 the copy is made and on the disk, 1 it is not, 2 wrong options."
        })
public final class SnapshotCommand extends DirectoryCommand {
    @Option(
            names = "--to",
            paramLabel = "DIR",
            description = "where to make it: missing or empty (default: a directory named by the time, in the server's"
                    + " 'snapshots')")
    private @Nullable Path to;

    public SnapshotCommand() {
        this(standardOutput(), System.err);
    }

    SnapshotCommand(PrintStream out, PrintStream err) {
        super(out, err);
    }

    @Override
    protected int run() throws IOException, ConfigException {
        Path directory = directory();
        if (to != null) {
            requireOutside(directory, to);
        }
        long began = System.nanoTime();
        StoreCopy copy;
        try (OfflineStore store = OfflineStore.openExisting(directory)) {
            copy = store.embedded().copyTo(to == null ? OfflineStore.newSnapshot(directory) : to);
        } catch (DirectoryLock.InUseException inUse) {
            try (LiveServer server = LiveServer.on(directory, inUse)) {
                copy = ask(server);
            }
        }
        out.printf(
                Locale.ROOT,
                "%s: %,d spans of %,d traces in %d blocks, %,d bytes shared and %,d copied, in %,d ms%n",
                copy.directory(),
                copy.spans(),
                copy.traces(),
                copy.blocks(),
                copy.linkedBytes(),
                copy.copiedBytes(),
                (System.nanoTime() - began) / 1_000_000);
        return 0;
    }

    /** What lies in the data directory is the store's own, or taken for it; only its {@code snapshots} are for copies. */
    private static void requireOutside(Path directory, Path to) throws IOException, ConfigException {
        Path data = directory.toRealPath();
        Path target = to.toAbsolutePath().normalize();
        for (Path there = target; there != null; there = there.getParent()) {
            if (Files.exists(there)) {
                target = there.toRealPath().resolve(there.relativize(target)).normalize();
                break;
            }
        }
        Path copies = data.resolve(StoreOnDisk.COPIES);
        if (target.startsWith(data) && !(target.startsWith(copies) && !target.equals(copies))) {
            throw new ConfigException("--to: " + to + " is within the data directory, where only "
                    + copies.getFileName() + "/NAME is a place for a copy");
        }
    }

    /** The server writes only into its own place, whoever asks; from there the copy is moved as this user may. */
    private StoreCopy ask(LiveServer server) throws IOException {
        if (to == null) {
            return copy(server.post("store/snapshot"));
        }
        Path target = to.toAbsolutePath().normalize();
        boolean there = Files.exists(target);
        if (there && !isEmptyDirectory(target)) {
            throw new FileAlreadyExistsException(
                    target.toString(), null, "it is there already and not an empty directory");
        }
        String name = "for-" + UUID.randomUUID();
        StoreCopy made = copy(server.post("store/snapshot?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8)));
        if (target.getParent() != null) {
            Files.createDirectories(target.getParent());
        }
        DirectoryMove.move(made.directory(), target);
        return new StoreCopy(
                target, made.spans(), made.traces(), made.blocks(), made.linkedBytes(), made.copiedBytes());
    }

    private static boolean isEmptyDirectory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.findAny().isEmpty();
        }
    }

    private static StoreCopy copy(JsonNode answer) {
        return new StoreCopy(
                Path.of(answer.path("directory").asText()),
                answer.path("spans").asLong(),
                answer.path("traces").asLong(),
                answer.path("blocks").asInt(),
                answer.path("linkedBytes").asLong(),
                answer.path("copiedBytes").asLong());
    }
}

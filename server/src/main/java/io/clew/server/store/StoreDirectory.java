package io.clew.server.store;

import io.clew.server.config.ConfigException;
import io.clew.server.config.ConfigReader;
import io.clew.server.config.Setting;
import io.clew.store.embedded.BlockFiles;
import io.clew.store.embedded.LogDirectory;
import io.clew.store.files.DiskFiles;
import io.clew.store.manifest.DirectoryLock;
import io.clew.store.manifest.ManifestFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which data directory a command works on, as for {@code up}, and the way to have it alone. */
public final class StoreDirectory {
    @Option(names = "--data", paramLabel = "DIR", description = "where traces are kept (default: ./data)")
    private @Nullable String data;

    @Option(names = "--config", paramLabel = "FILE", description = "settings as YAML, of which the directory is taken")
    private @Nullable String configFile;

    /**
     * The directory: of the flag, else of {@code CLEW_DATA}, else of the configuration file, else {@code ./data}.
     *
     * @throws ConfigException when there is none; nothing is made
     */
    public Path path() throws ConfigException {
        Path directory = pathToFill();
        if (!Files.isDirectory(directory)) {
            throw new ConfigException("there is no data directory " + directory + "; --data names another place");
        }
        return directory;
    }

    /** As {@link #path}, but the directory may still have to be made. */
    public Path pathToFill() throws ConfigException {
        Map<Setting, String> flags = data == null ? Map.of() : Map.of(Setting.DATA, data);
        return ConfigReader.read(flags, configFile, System.getenv(), false)
                .config()
                .dataDirectory();
    }

    /**
     * Has the directory alone until closed.
     *
     * @throws DirectoryLock.InUseException when a server runs on it; the message says which process
     */
    public static DirectoryLock lock(Path directory) throws IOException {
        requireStore(directory);
        return DirectoryLock.take(directory);
    }

    /**
     * As {@link #lock}, to read only: on a read-only file system, where nothing can be locked, without a lock, which is
     * said in a line.
     */
    public static DirectoryLock lockToRead(Path directory, PrintStream err) throws IOException {
        requireStore(directory);
        DirectoryLock lock = DirectoryLock.takeToRead(directory);
        if (lock.isReadOnly()) {
            err.println("clew: " + directory + " is on a read-only file system: it is read without having it alone");
        }
        return lock;
    }

    /**
     * Tells an empty or a wrong directory from a store, so that no command takes a mistyped place, or a disk that is not
     * mounted, for a store without traces.
     *
     * @throws IOException when there is no store in it: neither manifest, nor log, nor a block
     */
    public static void requireStore(Path directory) throws IOException {
        if (!Files.exists(directory.resolve(ManifestFile.NAME))
                && !Files.isDirectory(LogDirectory.of(directory))
                && BlockFiles.list(new DiskFiles(), directory).isEmpty()) {
            throw new IOException(directory + " holds no store; --data names another place");
        }
    }
}

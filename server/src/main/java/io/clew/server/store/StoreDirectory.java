package io.clew.server.store;

import io.clew.server.config.ConfigException;
import io.clew.server.config.ConfigReader;
import io.clew.server.config.Setting;
import io.clew.store.manifest.DirectoryLock;
import java.io.IOException;
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
        return DirectoryLock.take(directory);
    }
}

package io.clew.server.exchange;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A DuckDB in memory, within bounds, which fetches no extension from anywhere. Its jar is 80 MB and so not on the class
 * path: it stands in the directory {@code duckdb} beside the server's jar and is loaded by whoever opens one.
 */
public final class DuckDb implements AutoCloseable {
    private static final String DRIVER = "org.duckdb.DuckDBDriver";
    private static final String MEMORY = "512MB";
    private static final String THREADS = "2";

    private final @Nullable URLClassLoader loader;
    private final Connection connection;

    private DuckDb(@Nullable URLClassLoader loader, Connection connection) {
        this.loader = loader;
        this.connection = connection;
    }

    /**
     * Opens one.
     *
     * @param scratch a directory for what does not fit into memory
     */
    public static DuckDb open(Path scratch) throws IOException {
        Properties settings = new Properties();
        settings.setProperty("memory_limit", MEMORY);
        settings.setProperty("threads", THREADS);
        settings.setProperty("temp_directory", scratch.toString());
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        settings.setProperty("jdbc_stream_results", "true");
        URLClassLoader loader =
                isOnClassPath() ? null : new URLClassLoader(new URL[] {jar()}, DuckDb.class.getClassLoader());
        try {
            Class<?> driver = Class.forName(DRIVER, true, loader == null ? DuckDb.class.getClassLoader() : loader);
            Connection connection = ((Driver) driver.getConstructor().newInstance()).connect("jdbc:duckdb:", settings);
            return new DuckDb(loader, connection);
        } catch (ReflectiveOperationException | SQLException | LinkageError e) {
            if (loader != null) {
                loader.close();
            }
            throw new IOException("DuckDB does not start: " + e.getMessage(), e);
        }
    }

    private static boolean isOnClassPath() {
        return DuckDb.class.getClassLoader().getResource(DRIVER.replace('.', '/') + ".class") != null;
    }

    private static URL jar() throws IOException {
        try {
            URI code = DuckDb.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            Path directory = Path.of(code).resolveSibling("duckdb");
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.list(directory)) {
                    Path jar = files.filter(file -> file.toString().endsWith(".jar"))
                            .findFirst()
                            .orElse(null);
                    if (jar != null) {
                        return jar.toUri().toURL();
                    }
                }
            }
            throw new IOException("Parquet and SQL need DuckDB, and there is no jar of it in " + directory);
        } catch (URISyntaxException e) {
            throw new IOException("it is not known where this program's jar is", e);
        }
    }

    Connection connection() {
        return connection;
    }

    /** Runs a statement that answers nothing. */
    public void run(String sql) throws IOException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** What DuckDB says, without the name of the exception class. */
    static IOException failed(SQLException e) {
        return new IOException(String.valueOf(e.getMessage()).replaceFirst("^java\\.sql\\.SQLException: ", ""), e);
    }

    /** A text as it stands in SQL. */
    public static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** A path as a text in SQL. */
    public static String quoted(Path path) {
        return quoted(path.toAbsolutePath().toString());
    }

    /** A number as it stands in SQL. */
    public static String number(long number) {
        return String.format(Locale.ROOT, "%d", number);
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            if (loader != null) {
                loader.close();
            }
        }
    }
}

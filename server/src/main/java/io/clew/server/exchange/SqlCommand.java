package io.clew.server.exchange;

import io.clew.server.store.DirectoryCommand;
import io.clew.server.store.ScratchDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sql}: a question in SQL to exported Parquet. */
@Command(
        name = "sql",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Answers a question in SQL (DuckDB's) about spans that 'clew store export --format parquet' wrote. The tables"
                    + " are spans, events and links: clew sql \"describe spans\" lists the columns. Changes nothing.",
            "Exit code: 0 answered, 1 not, 2 wrong options."
        })
public final class SqlCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "SQL",
            arity = "1",
            description = "e.g. \"select service, count(*) from spans group by 1\"")
    private String sql = "";

    @Option(
            names = "--from",
            paramLabel = "DIR|FILE",
            description = "a directory with .parquet files, or one of them (default: .)")
    private String from = ".";

    @Option(names = "--format", paramLabel = "F", description = "table (default), csv or json (an object a line)")
    private String format = "table";

    private final PrintStream out;
    private final PrintStream err;

    public SqlCommand() {
        this(DirectoryCommand.standardOutput(), System.err);
    }

    SqlCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        if (!List.of("table", "csv", "json").contains(format)) {
            err.println("clew: --format: expected one of table, csv, json, read '" + format + "'");
            return 2;
        }
        try {
            answer(files(Path.of(from)));
            return 0;
        } catch (IOException e) {
            err.println("clew: " + DirectoryCommand.reason(e));
            return 1;
        }
    }

    private static List<Path> files(Path from) throws IOException {
        if (Files.isRegularFile(from)) {
            return List.of(from);
        }
        if (!Files.isDirectory(from)) {
            throw new java.nio.file.NoSuchFileException(from.toString());
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(from)) {
            files = all.filter(file -> file.toString().endsWith(".parquet"))
                    .sorted()
                    .toList();
        }
        if (files.isEmpty()) {
            throw new IOException(from.toAbsolutePath().normalize()
                    + " has no .parquet file: 'clew store export --format parquet --to DIR' writes some, --from DIR names"
                    + " where they are");
        }
        return files;
    }

    private void answer(List<Path> files) throws IOException {
        Path scratch = Files.createTempDirectory("clew-sql");
        try (DuckDb duck = DuckDb.open(scratch)) {
            views(duck, files);
            try (Statement statement = duck.connection().createStatement()) {
                if (!isQuestion(statement)) {
                    throw new IOException(
                            "only a SELECT (or WITH, DESCRIBE, SUMMARIZE) can be asked: nothing is changed");
                }
                ResultSet rows = statement.executeQuery(sql);
                RowText text = new RowText(rows, out);
                switch (format) {
                    case "csv" -> text.csv();
                    case "json" -> text.json();
                    default -> text.table();
                }
                out.flush();
            } catch (SQLException e) {
                throw DuckDb.failed(e);
            }
        } finally {
            ScratchDirectory.remove(scratch);
        }
    }

    /** Whether DuckDB takes the text for one that only reads; true also when it does not understand it, and will say so. */
    private boolean isQuestion(Statement statement) throws SQLException {
        try (ResultSet kind = statement.executeQuery(
                "SELECT json_extract_string(json_serialize_sql(" + DuckDb.quoted(sql) + "), '$.error_message')")) {
            kind.next();
            String message = kind.getString(1);
            return message == null || !message.toLowerCase(Locale.ROOT).contains("only select");
        }
    }

    private static void views(DuckDb duck, List<Path> files) throws IOException {
        String parquet = files.stream().map(DuckDb::quoted).collect(Collectors.joining(", ", "read_parquet([", "])"));
        String hidden = String.join(", ", ParquetSchema.EXACT);
        duck.run("CREATE VIEW spans AS SELECT * EXCLUDE (" + hidden + ") REPLACE ("
                + "list_transform(events, lambda e: {'time': e.time, 'name': e.name, 'attributes': e.attributes}) AS events,"
                + " list_transform(links, lambda l: {'trace_id': l.trace_id, 'span_id': l.span_id, 'trace_state':"
                + " l.trace_state, 'attributes': l.attributes}) AS links) FROM " + parquet);
        duck.run("CREATE VIEW events AS SELECT trace_id, span_id, service, name AS span_name, event.time AS time,"
                + " event.time_ns AS time_ns, event.name AS name, event.attributes AS attributes"
                + " FROM (SELECT *, unnest(events) AS event FROM " + parquet + ")");
        duck.run("CREATE VIEW links AS SELECT trace_id, span_id, service, name AS span_name, link.trace_id AS"
                + " linked_trace_id, link.span_id AS linked_span_id, link.trace_state AS trace_state, link.attributes AS"
                + " attributes FROM (SELECT *, unnest(links) AS link FROM " + parquet + ")");
        // From here on nothing but these files is read, and nothing written.
        duck.run("SET allowed_paths = "
                + files.stream().map(DuckDb::quoted).collect(Collectors.joining(", ", "[", "]")));
        duck.run("SET enable_external_access = false");
        duck.run("SET lock_configuration = true");
    }
}

package io.clew.server.exchange;

import io.clew.server.config.ConfigException;
import io.clew.server.query.Moment;
import io.clew.store.Window;
import io.clew.traceql.Traceql;
import io.clew.traceql.ast.Spansets;
import io.clew.traceql.parse.TraceqlException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which traces a command is about. */
final class TraceChoice {
    @Option(names = "--query", paramLabel = "TRACEQL", description = "only traces that match")
    private @Nullable String query;

    @Option(
            names = "--start",
            paramLabel = "T",
            description = "only traces that do not end before: -1h, -7d, 2026-09-21, 2026-09-21T14:13:20Z or epoch"
                    + " nanoseconds (default: all)")
    private @Nullable String start;

    @Option(names = "--end", paramLabel = "T", description = "only traces that do not start after")
    private @Nullable String end;

    /** What times such as -1h count back from. */
    private final Instant now = Instant.now();

    /** Whether an option was given. */
    boolean isMade() {
        return query != null || start != null || end != null;
    }

    /** As written; empty when none was given. */
    String text() {
        return query == null ? "" : query;
    }

    /** The query, which chooses every trace when none was given. */
    Spansets query() throws ConfigException {
        try {
            return Traceql.parse(text());
        } catch (TraceqlException e) {
            throw new ConfigException("--query: " + e.getMessage() + "\n" + e.caret());
        }
    }

    Window window() throws ConfigException {
        Window window = new Window(moment("--start", start, Window.ALL.from()), moment("--end", end, Window.ALL.to()));
        if (window.to() < window.from()) {
            throw new ConfigException("--end (" + end + ") is before --start (" + start + ")");
        }
        return window;
    }

    private long moment(String option, @Nullable String text, long otherwise) throws ConfigException {
        return text == null
                ? otherwise
                : Moment.read(text, now)
                        .orElseThrow(() -> new ConfigException(
                                option + ": expected " + Moment.EXPECTED + "; read '" + text + "'"));
    }

    /** Adds the choice, with {@link #window} as its window, to a path of the API that has parameters already. */
    void appendTo(StringBuilder path, Window window) {
        parameter(path, "q", query);
        parameter(path, "start", window.from() == Window.ALL.from() ? null : Long.toString(window.from()));
        parameter(path, "end", window.to() == Window.ALL.to() ? null : Long.toString(window.to()));
    }

    private static void parameter(StringBuilder path, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            path.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }
}

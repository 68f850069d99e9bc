package io.clew.server.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.server.config.ConfigException;
import io.clew.server.store.DirectoryCommand;
import io.clew.server.store.Progress;
import io.clew.store.Damage;
import io.clew.store.DeleteResult;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.manifest.DirectoryLock;
import io.clew.traceql.MatchingTraces;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code store delete}: whole traces, by their ids or by a query. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Deletes whole traces: those of these ids, or all that match a query. Asks the server when one runs on the data"
                    + " directory; else deletes from the files, of which no byte of the traces is left at the end.",
            "Exit code: 0 all of it is deleted, 1 it is not, or damaged files may hold more of it, 2 wrong options."
        })
public final class DeleteCommand extends DirectoryCommand {
    @Parameters(paramLabel = "ID", arity = "0..*", description = "traces, of 1 to 32 hexadecimal digits each")
    private List<String> ids = new ArrayList<>();

    @Mixin
    private final TraceChoice choice = new TraceChoice();

    @Option(names = "--dry-run", description = "only count the traces that match the query")
    private boolean dryRun;

    public DeleteCommand() {
        this(standardOutput(), System.err);
    }

    DeleteCommand(PrintStream out, PrintStream err) {
        super(out, err);
    }

    @Override
    protected int run() throws IOException, ConfigException {
        List<TraceId> named = named();
        // Nobody deletes everything by leaving an option out.
        if (named.isEmpty() && choice.text().isBlank()) {
            throw new ConfigException(
                    "name traces by their ids, or choose them with --query; '{}' matches every trace");
        }
        if (!named.isEmpty() && (choice.isMade() || dryRun)) {
            throw new ConfigException("--query, --start, --end and --dry-run do not go with ids");
        }
        choice.query();
        choice.window();
        Path directory = directory();
        try (OfflineStore store = OfflineStore.openExisting(directory)) {
            return delete(store.embedded(), named);
        } catch (DirectoryLock.InUseException inUse) {
            try (LiveServer server = LiveServer.on(directory, inUse)) {
                return ask(server, named);
            }
        }
    }

    private List<TraceId> named() throws ConfigException {
        List<TraceId> named = new ArrayList<>();
        for (String id : ids) {
            try {
                named.add(TraceId.parse(id));
            } catch (IllegalArgumentException e) {
                throw new ConfigException("ID: expected 1 to 32 hexadecimal digits, read '" + id + "'");
            }
        }
        return named;
    }

    private int delete(TraceStore store, List<TraceId> named) throws IOException, ConfigException {
        ReadControl control = ReadControl.unbounded();
        List<TraceId> chosen = named.isEmpty() ? matching(store, control) : named;
        Set<Damage> left = new LinkedHashSet<>(control.missed());
        if (dryRun) {
            return told(chosen.size(), left);
        }
        if (!named.isEmpty()) {
            tellAbsent(store, named);
        }
        DeleteResult result = store.delete(chosen);
        store.maintain();
        left.addAll(result.left());
        return told(result.traces(), left);
    }

    private List<TraceId> matching(TraceStore store, ReadControl control) throws ConfigException {
        List<TraceId> matching = new ArrayList<>();
        try (Snapshot snapshot = store.snapshot()) {
            MatchingTraces traces = new MatchingTraces(snapshot, choice.query(), choice.window(), null, control);
            for (Trace trace = traces.next(); trace != null; trace = traces.next()) {
                matching.add(trace.id());
            }
        }
        return matching;
    }

    /** Names those that are not stored; not those of which damaged places may hold something. */
    private void tellAbsent(TraceStore store, List<TraceId> named) {
        try (Snapshot snapshot = store.snapshot()) {
            for (TraceId id : named) {
                ReadControl control = ReadControl.unbounded();
                if (snapshot.trace(id, control).isEmpty() && control.missed().isEmpty()) {
                    absent(id);
                }
            }
        }
    }

    private void absent(TraceId id) {
        err.println("clew: there is no trace " + id);
    }

    private int told(long traces, Set<Damage> left) {
        told(traces);
        for (Damage place : left) {
            err.println("clew: damaged: " + place.line());
        }
        if (!left.isEmpty() && !dryRun) {
            err.println(
                    "clew: what is damaged may hold more of what was to be deleted: run 'clew store repair', delete again,"
                            + " and remove the files that the repair moves into the directory 'damaged'");
        }
        return left.isEmpty() ? 0 : 1;
    }

    private void told(long traces) {
        out.println(Progress.count(traces, "trace") + (dryRun ? (traces == 1 ? " matches" : " match") : " deleted"));
    }

    private int ask(LiveServer server, List<TraceId> named) throws IOException, ConfigException {
        if (named.isEmpty()) {
            StringBuilder path = new StringBuilder("store/delete?dryRun=").append(dryRun);
            choice.appendTo(path, choice.window());
            JsonNode answer = server.post(path.toString());
            told(answer.path(dryRun ? "matchedTraces" : "deletedTraces").asLong());
            for (JsonNode place : answer.path("missed")) {
                err.println("clew: damaged: " + place.asText());
            }
            return answer.path("missed").isEmpty() ? 0 : 1;
        }
        long deleted = 0;
        int code = 0;
        try {
            for (TraceId id : named) {
                try {
                    if (server.deleteIfThere("traces/" + id)) {
                        deleted++;
                    } else {
                        absent(id);
                    }
                } catch (LiveServer.RefusedException refused) {
                    deleted += refused.problem().path("deletedTraces").asLong();
                    err.println("clew: " + id + ": " + refused.getMessage());
                    code = 1;
                }
            }
        } finally {
            // Also when the server is gone in the middle.
            told(deleted);
        }
        return code;
    }
}

package io.clew.server.store;

import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.OtlpJsonDecoder;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.server.config.ConfigException;
import io.clew.store.TraceStore;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import io.clew.store.log.LogDamage;
import io.clew.store.manifest.DirectoryLock;
import io.clew.store.verify.StoreRepairer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code store repair}: exit code 0 when the store is whole afterwards, 1 when it could not be repaired, 2 for a wrong option. */
@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sets what is damaged aside, in the directory 'damaged' within the data directory, and keeps all that can be"
                    + " read: of damaged blocks trace by trace, of the log record by record. Makes the manifest anew from"
                    + " the blocks when it is damaged or gone; traces deleted since the last merge are back then. Says"
                    + " exactly what is lost.",
            "Exit code: 0 the store is whole, 1 it could not be repaired, 2 wrong options."
        })
public final class RepairCommand extends DirectoryCommand {
    public RepairCommand() {
        this(System.out, System.err);
    }

    RepairCommand(PrintStream out, PrintStream err) {
        super(out, err);
    }

    @Override
    protected int run() throws IOException, ConfigException {
        Path path = directory();
        Progress progress = new Progress(err);
        StoreRepairer.Result result;
        try (DirectoryLock _ = StoreDirectory.lock(path)) {
            result = StoreRepairer.repair(new DiskFiles(), path, new StoreRepairer.Listener() {
                @Override
                public void progress(Path file, long done, long total) {
                    progress.at(file.getFileName().toString(), done, total);
                }

                @Override
                public void tell(String line) {
                    progress.clear();
                    out.println(line);
                }
            });
        } finally {
            progress.clear();
        }
        if (result.damages() > 0) {
            flush(path);
            try (DirectoryLock _ = StoreDirectory.lock(path)) {
                StoreRepairer.finish(new DiskFiles(), path);
            }
        }
        out.println(path + ": " + summary(result));
        return 0;
    }

    private static String summary(StoreRepairer.Result result) {
        if (result.damages() == 0) {
            return "nothing is damaged, nothing was changed";
        }
        return Progress.count(result.damages(), "damaged place") + ", "
                + Progress.count(result.setAside(), "file") + " set aside, "
                + lost(result)
                + (result.manifestRebuilt() ? ", manifest made anew" : "");
    }

    private static String lost(StoreRepairer.Result result) {
        String blocks = Progress.count(result.spansLost(), "span") + " of "
                + Progress.count(result.tracesLost(), "trace") + " lost";
        List<LogDamage> losses = result.logLosses();
        if (losses.isEmpty()) {
            return blocks;
        }
        long records = losses.stream().mapToLong(LogDamage::records).sum();
        long bytes = losses.stream().mapToLong(LogDamage::bytes).sum();
        boolean uncounted = losses.stream().anyMatch(loss -> loss.records() == 0);
        String log = (records == 0 ? "an unknown number of log records" : Progress.count(records, "log record"))
                + (bytes == 0 ? "" : " (" + Progress.count(bytes, "byte") + ")")
                + (records > 0 && uncounted ? " and others that nobody counted" : "")
                + " lost, with an unknown number of spans";
        return result.spansLost() == 0 ? log : blocks + ", " + log;
    }

    /** Takes what can be read of the log into blocks, so that its damaged places are not met again. */
    private static void flush(Path path) throws IOException {
        ByteBudget unlimited = ByteBudget.unlimited();
        try (TraceStore store = EmbeddedStore.open(StoreSettings.of(
                new DiskFiles(), path, List.of(new OtlpProtobufDecoder(unlimited), new OtlpJsonDecoder(unlimited))))) {
            store.flush();
        }
    }
}

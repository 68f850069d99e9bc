package io.clew.store.verify;

import io.clew.store.Damage;
import io.clew.store.DamagedException;
import io.clew.store.block.BlockCheck;
import io.clew.store.cells.CellDirectory;
import io.clew.store.embedded.BlockFiles;
import io.clew.store.embedded.LogDirectory;
import io.clew.store.files.DamagedFiles;
import io.clew.store.files.Files;
import io.clew.store.log.LogCheck;
import io.clew.store.log.LogDamage;
import io.clew.store.log.LossFile;
import io.clew.store.log.SegmentMark;
import io.clew.store.manifest.BlockEntry;
import io.clew.store.manifest.Manifest;
import io.clew.store.manifest.ManifestFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Sets what is damaged in a store aside and keeps the rest. Damaged files are moved to {@code damaged/} in the data
 * directory; what of a damaged block can be read goes on in a new block; a manifest that is damaged or gone is made anew
 * from the blocks there are. One publication makes all of it count at once: before it, nothing has changed. The caller
 * holds the directory's lock and opens the store once afterwards, which takes what can be read of the log into blocks. For
 * one thread.
 */
public final class StoreRepairer {
    /** Hears how it goes on. */
    public interface Listener {
        /** Now {@code done} of {@code total} bytes of blocks are checked; at least once a block. */
        void progress(Path file, long done, long total);

        /** A line on what is damaged, what is done about it or what is lost. */
        void tell(String line);
    }

    /**
     * What was done.
     *
     * @param damages places found damaged
     * @param setAside files that are in {@code damaged/} now
     * @param spansLost spans that cannot be read any more, as far as it is known how many stood where nothing can be read
     * @param tracesLost traces that lost spans
     * @param logLosses log records that cannot be read any more; how many spans stood in them is not known
     * @param manifestRebuilt whether the manifest was made anew
     */
    public record Result(
            int damages,
            int setAside,
            long spansLost,
            long tracesLost,
            List<LogDamage> logLosses,
            boolean manifestRebuilt) {}

    private final Files files;
    private final Path directory;
    private final Listener listener;
    private final List<BlockEntry> blocks = new ArrayList<>();
    private final List<Path> going = new ArrayList<>();
    private final LossFile losses;
    /** Names in {@code damaged/} of files that stay where they are as well, or are there no more. */
    private final Set<String> copied = new TreeSet<>();

    private long done;
    private long total;
    private int damages;
    private long spansLost;
    private long tracesLost;

    private StoreRepairer(Files files, Path directory, Listener listener) throws IOException {
        this.losses = LossFile.open(files, directory);
        this.files = files;
        this.directory = directory;
        this.listener = listener;
    }

    /**
     * Repairs the store in this directory.
     *
     * @throws IOException when a file cannot be written, or is of a version this program does not read; then the
     *     store is as before, but {@code LOSSES} and {@code damaged/} may tell more
     */
    public static Result repair(Files files, Path directory, Listener listener) throws IOException {
        return new StoreRepairer(files, directory, listener).run();
    }

    /**
     * Ends a repair: forgets which log records are lost. To be called once the store was opened after {@link #repair} and
     * has taken its log into blocks; before, what is left of the log would say it again.
     */
    public static void finish(Files files, Path directory) throws IOException {
        LossFile.delete(files, directory);
    }

    private Result run() throws IOException {
        Manifest manifest = manifest();
        boolean rebuilt = manifest == null;
        Manifest before = manifest == null ? Manifest.EMPTY : manifest;
        long nextId = before.nextBlockId();
        for (Path file : BlockFiles.list(files, directory)) {
            long id = BlockFiles.id(file).orElseThrow();
            if (manifest == null || manifest.blocks().stream().anyMatch(entry -> entry.id() == id)) {
                total += files.size(file);
            }
            nextId = Math.max(nextId, id + 1);
        }
        BlockSalvage salvage = new BlockSalvage(files, directory, nextId);
        if (manifest == null) {
            for (Path file : BlockFiles.list(files, directory)) {
                keep(salvage, file, null);
            }
            salvage.dropRepeats(blocks, going, listener::tell);
        } else {
            for (BlockEntry entry : manifest.blocks()) {
                keep(salvage, BlockFiles.file(directory, entry.id()), entry);
            }
        }
        long covered = log(before.coveredSequence(), rebuilt);
        copied.addAll(losses.kept());
        long kept = going.stream().filter(losses::isKept).count();
        Result result = new Result(
                damages, going.size() - (int) kept + copied.size(), spansLost, tracesLost, losses.losses(), rebuilt);
        if (!rebuilt && going.isEmpty() && blocks.equals(before.blocks())) {
            return result;
        }
        BlockSalvage.Counts counts = salvage.count(blocks);
        for (Path file : going) {
            if (!losses.isKept(file)) {
                String _ = putAside(file);
            }
        }
        CellDirectory.distrust(files, directory);
        ManifestFile file = rebuilt ? ManifestFile.anew(files, directory) : ManifestFile.open(files, directory);
        file.publish(new Manifest(
                file.current().generation() + 1,
                salvage.nextId(),
                covered,
                counts.spans(),
                counts.traces(),
                before.kept(),
                blocks));
        for (Path gone : going) {
            if (files.exists(gone) && !gone.getFileName().toString().equals(ManifestFile.NAME)) {
                SegmentMark.clear(files, gone);
                files.delete(gone);
            }
        }
        files.forceDirectory(directory);
        return result;
    }

    /** The manifest, or null when it must be made anew. */
    private @Nullable Manifest manifest() throws IOException {
        Path file = directory.resolve(ManifestFile.NAME);
        try {
            if (files.exists(file) || BlockFiles.list(files, directory).isEmpty()) {
                return ManifestFile.read(files, directory);
            }
            damages++;
            listener.tell(file + " is missing, and there are blocks");
        } catch (DamagedException unreadable) {
            damages++;
            going.add(file);
            listener.tell(String.valueOf(unreadable.getMessage()));
        }
        listener.tell(
                "the manifest is made anew from the blocks: traces that had been deleted, and not yet merged away, are"
                        + " back and must be deleted again; marks that a trace is to be kept are gone");
        return null;
    }

    /** Checks a block and keeps what of it is good. */
    private void keep(BlockSalvage salvage, Path file, @Nullable BlockEntry entry) throws IOException {
        String named = entry == null ? "an unknown number of spans" : entry.spans() + " spans";
        if (!files.exists(file)) {
            damages++;
            lost(file, entry, "the file is not there");
            return;
        }
        listener.progress(file, done, total);
        long end = done + files.size(file);
        BlockCheck.Result check = BlockCheck.check(files, file, new BlockCheck.Listener() {
            @Override
            public void read(long bytes) {
                done += bytes;
                listener.progress(file, done, total);
            }

            @Override
            public void damaged(Damage damage) {
                damages++;
                listener.tell(damage.line());
            }
        });
        // Of a block that does not open, nothing more is read.
        done = end;
        listener.progress(file, done, total);
        if (check.isWhole()) {
            blocks.add(entry == null ? salvage.entry(file) : entry);
            return;
        }
        going.add(file);
        if (check.meta() == null) {
            lost(file, entry, "nothing of it can be read");
            return;
        }
        BlockSalvage.Saved saved = salvage.save(file, entry);
        if (saved.entry() != null) {
            blocks.add(saved.entry());
        }
        spansLost += saved.spansLost();
        tracesLost += saved.tracesLost();
        listener.tell(file.getFileName() + ": " + saved.spansSaved() + " spans saved, " + saved.spansLost()
                + " spans lost, of " + saved.tracesLost() + " traces"
                + (saved.ids().isEmpty() ? "" : ": " + String.join(", ", saved.ids()))
                + (saved.ids().size() < saved.tracesLost() ? " and others" : "")
                + (entry == null ? "" : " (of " + named + ")"));
    }

    private void lost(Path file, @Nullable BlockEntry entry, String why) {
        if (entry == null) {
            listener.tell(file.getFileName() + ": " + why + "; how many spans are lost is not known");
        } else {
            spansLost += entry.spans();
            tracesLost += entry.traces();
            listener.tell(file.getFileName() + ": " + why + "; " + entry.spans() + " spans of " + entry.traces()
                    + " traces are lost" + (entry.deleted().isEmpty() ? "" : ", deleted ones included"));
        }
    }

    /** Looks over the log and says up to which record blocks hold everything. */
    private long log(long covered, boolean rebuilt) throws IOException {
        Path log = LogDirectory.of(directory);
        TreeSet<Long> found = new TreeSet<>();
        LogCheck check = LogCheck.read(files, log, covered, record -> found.add(record.sequence()));
        long from = covered;
        if (rebuilt) {
            // What blocks hold is not known: all that is left is looked at, and repeats are told apart when it is.
            from = found.isEmpty() ? check.promised() : found.first() - 1;
        }
        Set<Path> aside = new TreeSet<>();
        for (Damage loss : losses.places()) {
            damages++;
            listener.tell(loss.line());
        }
        List<LogDamage> damaged = new ArrayList<>(
                rebuilt ? LogCheck.read(files, log, from, _ -> {}).damage() : check.damage());
        if (LogDirectory.isLost(files, directory)) {
            damaged.add(LogDirectory.loss(directory));
        }
        for (LogDamage damage : damaged) {
            Path segment = damage.place().file();
            boolean unusable = check.unusable().contains(segment);
            if (unusable) {
                going.add(segment);
            }
            if (losses.isNoted(damage)) {
                continue;
            }
            damages++;
            listener.tell(damage.place().line());
            if (damage.lost()) {
                losses.note(damage);
            }
            if (!unusable
                    && java.nio.file.Files.isRegularFile(segment)
                    && !losses.isKept(segment)
                    && aside.add(segment)) {
                copied.add(putAside(segment));
                listener.tell(
                        segment.getFileName() + ": copied to " + DamagedFiles.NAME + "/; its other records are kept");
            }
        }
        Damage doubtful = check.doubtful();
        if (doubtful != null) {
            damages++;
            listener.tell(doubtful.line());
            if (!losses.isKept(doubtful.file()) && aside.add(doubtful.file())) {
                copied.add(putAside(doubtful.file()));
            }
        }
        return from;
    }

    /** As {@link DamagedFiles#add}; returns the name there. */
    private String putAside(Path file) throws IOException {
        Path to = DamagedFiles.add(files, directory, file);
        listener.tell("set aside: " + directory.relativize(to));
        return to.getFileName().toString();
    }
}

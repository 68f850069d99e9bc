package io.clew.store.cells;

import io.clew.store.Damage;
import io.clew.store.DamagedException;
import io.clew.store.KeptCells;
import io.clew.store.files.CrashPoints;
import io.clew.store.files.DamagedFiles;
import io.clew.store.files.DiskFullException;
import io.clew.store.files.FileHandle;
import io.clew.store.files.Files;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cells in the directory {@code cells}: {@code HOUR.cells} for each hour, and {@code ledger}. Each is replaced whole: written
 * under another name, forced, renamed, the directory forced. The ledger is written after files that come and before files that
 * go, so at every moment what it says of them is true. A file of a later version, or a damaged one, is moved to {@code damaged}.
 * Some lines over 500, since files and ledger change in one order, and every step that keeps it is here.
 */
public final class CellDirectory implements KeptCells {
    /** The directory's name. */
    public static final String NAME = "cells";

    private static final Logger LOG = System.getLogger(CellDirectory.class.getName());
    private static final String LEDGER = "ledger";
    private static final String SUFFIX = ".cells";
    private static final String NEXT = ".new";
    private static final long HOUR_MILLIS = 3_600_000;

    private final Files files;
    private final Path store;
    private final Path directory;
    private final Limits limits;
    private final Clock clock;
    private final Consumer<Damage> damage;
    private final TreeMap<Long, HourFile> heads = new TreeMap<>();
    /** All hours that have files; of some the head has not been read yet. */
    private final ConcurrentSkipListSet<Long> hours = new ConcurrentSkipListSet<>();

    /** Whose files turned out damaged, and nobody has been told. */
    private final TreeSet<Long> lost = new TreeSet<>();

    private volatile Ledger ledger = Ledger.EMPTY;
    /** Files of minutes before have been let go of since this was opened. */
    private long keptFrom = Long.MIN_VALUE;

    private volatile long freezes;

    /**
     * How much is kept.
     *
     * @param age hours are kept so long after they ended
     * @param bytes that the files may take; beyond, the oldest go
     * @param marginBytes bytes of the disk that are left alone
     */
    public record Limits(Duration age, long bytes, long marginBytes) {
        /** No end. */
        public static final Limits NONE = new Limits(Duration.ofMillis(Long.MAX_VALUE), Long.MAX_VALUE, 0);
    }

    private CellDirectory(Files files, Path store, Limits limits, Clock clock, Consumer<Damage> damage) {
        this.files = files;
        this.store = store;
        this.directory = store.resolve(NAME);
        this.limits = limits;
        this.clock = clock;
        this.damage = damage;
    }

    /**
     * Opens what is kept in a store's directory. A damaged ledger is set aside, and with it goes what it would make of use.
     *
     * @param damage hears of damaged places
     */
    public static CellDirectory open(Files files, Path store, Limits limits, Clock clock, Consumer<Damage> damage)
            throws IOException {
        CellDirectory cells = new CellDirectory(files, store, limits, clock, damage);
        if (files.exists(cells.directory)) {
            cells.open();
        }
        return cells;
    }

    private void open() throws IOException {
        // A rename that only the page cache knows must not be built on.
        files.forceDirectory(directory);
        for (Path entry : files.list(directory)) {
            String name = entry.getFileName().toString();
            Long hour = hour(name);
            if (hour != null) {
                hours.add(hour);
            } else if (name.endsWith(NEXT)) {
                files.delete(entry);
            }
        }
        Path file = directory.resolve(LEDGER);
        if (!files.exists(file)) {
            return;
        }
        try {
            ledger = Ledger.decode(file, content(file));
        } catch (DamagedException found) {
            setAsideIfPossible(found, file);
        } catch (IOException unreadable) {
            // Cells can be computed again; the spans must not wait for them.
            LOG.log(Level.WARNING, "what is known of the cells on disk cannot be read: " + unreadable);
        }
    }

    /** The hour of a file of this name, or null. */
    public static @Nullable Long hour(String name) {
        try {
            return name.endsWith(SUFFIX) ? Long.valueOf(name.substring(0, name.length() - SUFFIX.length())) : null;
        } catch (NumberFormatException foreign) {
            return null;
        }
    }

    /**
     * Reads all that is kept in a store's directory and changes nothing.
     *
     * @return bytes read
     */
    public static long check(Files files, Path store, Consumer<Damage> damage) throws IOException {
        Path directory = store.resolve(NAME);
        long bytes = 0;
        for (Path file : files.exists(directory) ? files.list(directory) : List.<Path>of()) {
            Long hour = hour(file.getFileName().toString());
            try {
                if (hour != null) {
                    bytes += HourFile.check(files, file, hour).size();
                } else if (file.endsWith(LEDGER)) {
                    byte[] content = content(files, file);
                    bytes += content.length;
                    Ledger _ = Ledger.decode(file, content);
                }
            } catch (DamagedException found) {
                damage.accept(Damage.of(found));
            }
        }
        return bytes;
    }

    private Path file(long hour) {
        return directory.resolve(hour + SUFFIX);
    }

    private byte[] content(Path file) throws IOException {
        return content(files, file);
    }

    private static byte[] content(Files files, Path file) throws IOException {
        try (FileHandle handle = files.open(file, Files.Mode.READ)) {
            byte[] content = new byte[(int) Math.min(handle.size(), 1 << 26)];
            handle.read(ByteBuffer.wrap(content), 0);
            return content;
        }
    }

    private void setAside(DamagedException found, Path file) throws IOException {
        damage.accept(Damage.of(found));
        Path kept = DamagedFiles.add(files, store, file);
        files.delete(file);
        files.forceDirectory(directory);
        LOG.log(Level.WARNING, found.getMessage() + "; it is kept as " + kept);
    }

    @Override
    public @Nullable Account account() {
        return ledger.account();
    }

    @Override
    public synchronized void account(Account account) throws IOException {
        List<Long> beyond = beyondLimits();
        if (!beyond.isEmpty()) {
            keptFrom = (beyond.getLast() + 1) * HOUR;
        }
        long from = Math.max(account.from(), keptFrom);
        TreeSet<Long> open = new TreeSet<>(account.open());
        lost.forEach(hour -> open.addAll(KeptCells.minutesOf(hour)));
        // Files may know minutes before, too.
        open.removeIf(minute -> minute < from && (!has(hourOf(minute)) || beyond.contains(hourOf(minute))));
        Map<Long, Long> frozen = new HashMap<>(ledger.frozen());
        beyond.forEach(frozen::remove);
        Ledger changed = new Ledger(new Account(account.moment(), from, account.to(), List.copyOf(open)), frozen);
        if (!changed.equals(ledger)) {
            write(changed);
        }
        for (long hour : beyond) {
            delete(hour);
        }
        if (!beyond.isEmpty()) {
            files.forceDirectory(directory);
        }
    }

    /** The hours that are too old, or too many bytes: the oldest of all, in order. */
    private List<Long> beyondLimits() {
        long oldest = Math.floorDiv(clock.millis() - limits.age.toMillis(), HOUR_MILLIS);
        List<Long> beyond = new ArrayList<>();
        long bytes = bytes();
        for (long hour : hours) {
            if (hour >= oldest && bytes <= limits.bytes) {
                break;
            }
            HourFile head = head(hour);
            bytes -= head == null ? 0 : head.size();
            beyond.add(hour);
        }
        return beyond;
    }

    private void delete(long hour) throws IOException {
        if (hours.remove(hour)) {
            heads.remove(hour);
            Path file = file(hour);
            if (files.exists(file)) {
                files.delete(file);
            }
            ledger = new Ledger(ledger.account(), frozenBut(hour));
        }
    }

    private Map<Long, Long> frozenBut(long hour) {
        Map<Long, Long> frozen = new HashMap<>(ledger.frozen());
        frozen.remove(hour);
        return frozen;
    }

    private void write(Ledger changed) throws IOException {
        Path file = directory.resolve(LEDGER);
        makeDirectory();
        Path next = begin(file);
        try (FileHandle handle = files.open(next, Files.Mode.CREATE_NEW)) {
            handle.write(changed.encode(), 0);
            handle.force();
        }
        finish(next, file, "cells-ledger");
        ledger = changed;
    }

    private void makeDirectory() throws IOException {
        if (!files.exists(directory)) {
            files.createDirectories(directory);
            files.forceDirectory(store);
        }
    }

    private Path begin(Path file) throws IOException {
        Path next = directory.resolve(file.getFileName() + NEXT);
        if (files.exists(next)) {
            files.delete(next);
        }
        return next;
    }

    private void finish(Path next, Path file, String crashPoint) throws IOException {
        CrashPoints.at(crashPoint + ".before-rename");
        files.rename(next, file);
        CrashPoints.at(crashPoint + ".after-rename");
        files.forceDirectory(directory);
    }

    @Override
    public NavigableSet<Long> hours() {
        return new TreeSet<>(hours);
    }

    @Override
    public boolean has(long hour) {
        return hours.contains(hour);
    }

    /** The head of an hour's file, or null when it has none that can be read. */
    private @Nullable HourFile head(long hour) {
        HourFile known = heads.get(hour);
        if (known != null || !hours.contains(hour)) {
            return known;
        }
        HourFile head = reading(hour, handle -> HourFile.read(file(hour), hour, handle));
        if (head != null) {
            heads.put(hour, head);
        }
        return head;
    }

    /** Something to be had from an hour's file. */
    private interface Reading<T> {
        T of(FileHandle handle) throws IOException;
    }

    /** Null when it cannot be read; a damaged file is set aside. */
    private <T> @Nullable T reading(long hour, Reading<T> reading) {
        try (FileHandle handle = files.open(file(hour), Files.Mode.READ)) {
            return reading.of(handle);
        } catch (DamagedException found) {
            lose(hour, found);
        } catch (IOException unreadable) {
            LOG.log(Level.WARNING, "cells cannot be read: " + unreadable);
        }
        return null;
    }

    /** The ledger is written first: without the file, minutes would pass for some without traces. */
    private void lose(long hour, DamagedException found) {
        hours.remove(hour);
        heads.remove(hour);
        lost.add(hour);
        Account account = ledger.account();
        try {
            write(new Ledger(account == null ? null : opening(account, KeptCells.minutesOf(hour)), frozenBut(hour)));
        } catch (IOException full) {
            LOG.log(Level.WARNING, "that an hour's cells are lost cannot be noted: " + full);
            return;
        }
        setAsideIfPossible(found, file(hour));
    }

    private void setAsideIfPossible(DamagedException found, Path file) {
        try {
            setAside(found, file);
        } catch (IOException stays) {
            LOG.log(Level.WARNING, "it stays where it is: " + stays);
        }
    }

    @Override
    public synchronized Set<Long> takeLost() {
        Set<Long> taken = new TreeSet<>(lost);
        lost.clear();
        return taken;
    }

    @Override
    public synchronized long known(long hour) {
        HourFile head = head(hour);
        return head == null ? 0 : head.known();
    }

    @Override
    public synchronized @Nullable Map<Long, byte[]> cells(long hour, long mask) {
        HourFile head = head(hour);
        return head == null
                ? null
                : reading(hour, handle -> {
                    Map<Long, byte[]> cells = new TreeMap<>();
                    for (int minute = 0; minute < HOUR; minute++) {
                        if ((mask & head.known() & 1L << minute) != 0 && head.length(1 + minute) > 0) {
                            cells.put(hour * HOUR + minute, head.slot(handle, 1 + minute));
                        }
                    }
                    return cells;
                });
    }

    @Override
    public synchronized boolean hasWhole(long hour) {
        HourFile head = head(hour);
        return head != null && head.length(HourFile.WHOLE) > 0;
    }

    @Override
    public synchronized byte @Nullable [] whole(long hour) {
        HourFile head = head(hour);
        return head == null || head.length(HourFile.WHOLE) == 0
                ? null
                : reading(hour, handle -> head.slot(handle, HourFile.WHOLE));
    }

    @Override
    public synchronized void put(long hour, Map<Long, byte[]> cells, byte @Nullable [] whole) throws IOException {
        long frozen = ledger.frozen().getOrDefault(hour, 0L);
        HourFile before = head(hour);
        long known = before == null ? 0 : before.known();
        byte[][] given = new byte[HourFile.SLOTS][];
        for (Map.Entry<Long, byte[]> cell : cells.entrySet()) {
            int minute = Math.toIntExact(cell.getKey() - hour * HOUR);
            if ((frozen & 1L << minute) == 0) {
                given[1 + minute] = cell.getValue();
                known |= 1L << minute;
            }
        }
        given[HourFile.WHOLE] = whole == null || frozen != 0 ? new byte[0] : whole;
        write(hour, known, given, before);
        hours.add(hour);
    }

    private void write(long hour, long known, byte[][] given, @Nullable HourFile before) throws IOException {
        HourFile head = HourFile.of(file(hour), hour, known, given, before);
        makeDirectory();
        demandRoom(hour, head.size());
        Path next = begin(file(hour));
        try (FileHandle handle = files.open(next, Files.Mode.CREATE_NEW)) {
            head.write(files, given, before, handle);
            handle.force();
        }
        finish(next, file(hour), "cells");
        heads.put(hour, head);
    }

    private void demandRoom(long hour, long bytes) throws IOException {
        if (limits.marginBytes > 0 && files.usableSpace(directory) - limits.marginBytes < bytes) {
            throw new DiskFullException(file(hour), new IOException("it needs " + bytes + " bytes"));
        }
    }

    @Override
    public boolean isFrozen(long minute) {
        return (ledger.frozen().getOrDefault(hourOf(minute), 0L) & bit(minute)) != 0;
    }

    @Override
    public long freezes() {
        return freezes;
    }

    /**
     * Retention is about to take traces that begin in these minutes. When the disk does not take the note, it holds for as long
     * as the process lives.
     */
    public synchronized void freeze(Collection<Long> minutes) {
        Map<Long, Long> frozen = new HashMap<>(ledger.frozen());
        for (long minute : minutes) {
            if ((known(hourOf(minute)) & bit(minute)) != 0) {
                frozen.merge(hourOf(minute), bit(minute), (a, b) -> a | b);
            }
        }
        if (frozen.equals(ledger.frozen())) {
            return;
        }
        freezes = freezes + 1;
        Ledger changed = new Ledger(ledger.account(), frozen);
        try {
            write(changed);
        } catch (IOException full) {
            ledger = changed;
            LOG.log(Level.WARNING, "what retention takes from figures of past minutes cannot be noted: " + full);
        }
    }

    @Override
    public synchronized void reopen(Collection<Long> minutes) throws IOException {
        Map<Long, Long> frozen = new HashMap<>(ledger.frozen());
        for (long minute : minutes) {
            frozen.computeIfPresent(hourOf(minute), (_, mask) -> without(mask, bit(minute)));
        }
        Account account = ledger.account();
        if (account != null || !frozen.equals(ledger.frozen())) {
            Ledger changed = new Ledger(account == null ? null : opening(account, minutes), frozen);
            try {
                write(changed);
            } catch (IOException full) {
                LOG.log(Level.WARNING, "what a deletion changes in past minutes cannot be noted: " + full);
                forgetLedger();
                ledger = changed;
            }
        }
    }

    /** Makes room, and needs none. Without a ledger no file is taken for right after a crash. */
    private void forgetLedger() throws IOException {
        Path file = directory.resolve(LEDGER);
        if (files.exists(file)) {
            files.delete(file);
            files.forceDirectory(directory);
        }
    }

    private static Account opening(Account account, Collection<Long> minutes) {
        TreeSet<Long> open = new TreeSet<>(account.open());
        open.addAll(minutes);
        return new Account(account.moment(), account.from(), account.to(), List.copyOf(open));
    }

    private static @Nullable Long without(long mask, long bits) {
        return (mask & ~bits) == 0 ? null : mask & ~bits;
    }

    private static long hourOf(long minute) {
        return Math.floorDiv(minute, (long) HOUR);
    }

    private static long bit(long minute) {
        return 1L << Math.floorMod(minute, HOUR);
    }

    @Override
    public synchronized void clear(boolean frozenToo) throws IOException {
        if (ledger.account() == null && hours.isEmpty()) {
            return;
        }
        // First of all nothing is known any more.
        write(new Ledger(null, frozenToo ? Map.of() : ledger.frozen()));
        keptFrom = Long.MIN_VALUE;
        for (long hour : hours()) {
            long frozen = ledger.frozen().getOrDefault(hour, 0L);
            HourFile before = head(hour);
            if (frozen == 0) {
                delete(hour);
            } else if (before != null) {
                byte[][] none = new byte[HourFile.SLOTS][];
                for (int slot = 0; slot < HourFile.SLOTS; slot++) {
                    if (slot == HourFile.WHOLE || (frozen & 1L << (slot - 1)) == 0) {
                        none[slot] = new byte[0];
                    }
                }
                write(hour, before.known() & frozen, none, before);
            }
        }
        files.forceDirectory(directory);
    }

    /** Of a store that something else has changed: nothing that could be computed again counts as known any more. */
    public static void distrust(Files files, Path store) throws IOException {
        if (files.exists(store.resolve(NAME).resolve(LEDGER))) {
            CellDirectory cells = open(files, store, Limits.NONE, Clock.systemUTC(), _ -> {});
            cells.write(new Ledger(null, cells.ledger.frozen()));
        }
    }

    @Override
    public synchronized long bytes() {
        long bytes = 0;
        for (long hour : new TreeSet<>(hours)) {
            HourFile head = head(hour);
            bytes += head == null ? 0 : head.size();
        }
        return bytes;
    }
}

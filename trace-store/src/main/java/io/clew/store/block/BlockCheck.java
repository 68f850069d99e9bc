package io.clew.store.block;

import io.clew.model.TraceId;
import io.clew.store.Damage;
import io.clew.store.DamageRegister;
import io.clew.store.DamagedException;
import io.clew.store.ReadControl;
import io.clew.store.files.Files;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads every byte of a block's file and tells all that is wrong with it: each page is held against its checksum, and what
 * lies under right checksums is decoded as a reader would. For one thread.
 */
public final class BlockCheck {
    private static final String[] OWNERS = {"span", "event", "link"};

    /** Hears how the check goes on. */
    public interface Listener {
        /** So many more bytes were read. */
        void read(long bytes);

        void damaged(Damage damage);
    }

    /**
     * What a block is good for.
     *
     * @param meta what the footer says, or null when the footer cannot be read and so nothing can
     * @param rowGroups how many row groups
     * @param damagedGroups those with anything damaged: pages without which spans cannot be read, or the value filter alone
     * @param directoryDamaged whether something else is damaged: directory, lookup, filter or summary
     */
    public record Result(
            @Nullable BlockMeta meta, int rowGroups, SortedSet<Integer> damagedGroups, boolean directoryDamaged) {
        public boolean isWhole() {
            return meta != null && damagedGroups.isEmpty() && !directoryDamaged;
        }
    }

    private final BlockFile file;
    private final Footer footer;
    private final Block block;
    private final Listener listener;
    /** What readers of the block come upon by themselves. */
    private final DamageRegister noticed;

    private final Set<Long> told = new HashSet<>();
    private final SortedSet<Integer> damagedGroups = new TreeSet<>();
    private boolean directoryDamaged;
    private boolean pageDamaged;

    private BlockCheck(Block block, Listener listener, DamageRegister noticed) {
        this.block = block;
        this.file = block.file();
        this.footer = block.footer();
        this.listener = listener;
        this.noticed = noticed;
    }

    /**
     * Checks the file.
     *
     * @throws IOException when it is of a version this program does not read
     */
    public static Result check(Files files, Path path, Listener listener) throws IOException {
        DamageRegister noticed = new DamageRegister();
        try (PageCache cache = new PageCache(16 << 20, noticed);
                Block block = Block.open(files, path, cache)) {
            return new BlockCheck(block, listener, noticed).run();
        } catch (DamagedException unreadable) {
            listener.damaged(
                    new Damage(path, unreadable.offset(), "marks and footer of a block: " + unreadable.what()));
            return new Result(null, 0, new TreeSet<>(), true);
        }
    }

    private Result run() {
        noticed.places().forEach(found -> damaged(found.offset(), "head of the block", found.what()));
        listener.read(Footer.HEAD + file.size - footerAt());
        for (int i = 0; i < footer.directoryAt().length; i++) {
            page(
                    footer.directoryAt()[i],
                    footer.directoryLength()[i],
                    "directory of traces " + i * DirectoryPage.ENTRIES + " to "
                            + (Math.min(block.traces(), (i + 1) * DirectoryPage.ENTRIES) - 1));
        }
        for (int i = 0; i < footer.lookupAt().length; i++) {
            page(footer.lookupAt()[i], footer.lookupLength()[i], "lookup of trace ids");
        }
        page(footer.filterAt(), footer.filterLength(), "filter of trace ids");
        page(footer.summaryAt(), footer.summaryLength(), "summary of services and operations");
        directoryDamaged = pageDamaged;
        for (int i = 0; i < block.rowGroups(); i++) {
            rowGroup(i);
        }
        if (damagedGroups.isEmpty() && !directoryDamaged) {
            contents();
        }
        return new Result(footer.meta(), block.rowGroups(), damagedGroups, directoryDamaged);
    }

    private long footerAt() {
        return footer.summaryAt() + Footer.pageBytes(footer.summaryLength());
    }

    private void rowGroup(int number) {
        pageDamaged = false;
        int rows = (int) (footer.firstRow()[number + 1] - footer.firstRow()[number]);
        String where = " of row group " + number + " (" + rows + " spans)";
        long at = footer.groupAt()[number];
        for (int row = 0; row < rows; row += RowGroup.IDS_PER_PAGE) {
            int count = Math.min(RowGroup.IDS_PER_PAGE, rows - row);
            page(at, 8 * count, "span ids " + row + " to " + (row + count - 1) + where);
            at += 8L * count + BlockFile.CHECKSUM;
        }
        int[] filterLengths = footer.filterLengths()[number];
        for (int p = 0; p < filterLengths.length; p++) {
            page(footer.filterAt(number, p), filterLengths[p], "value filter, page " + p + where);
        }
        boolean othersDamaged = pageDamaged;
        pageDamaged = false;
        page(footer.headerAt(number), footer.headerLength()[number], "header" + where);
        if (!pageDamaged) {
            try {
                RowGroup group = block.group(number);
                pageDamaged = othersDamaged;
                group.eachPage((offset, length, holds) -> page(offset, length, holds + where));
                if (!pageDamaged && !directoryDamaged) {
                    block.readRowGroup(number, ReadControl.unbounded());
                }
            } catch (DamagedException nonsense) {
                damaged(nonsense.offset(), "content" + where, nonsense.what());
            }
        }
        if (pageDamaged) {
            damagedGroups.add(number);
        }
    }

    /** What only shows when every page could be read; readers pass over such damage where they can. */
    private void contents() {
        try {
            block.requireDirectory(0, block.traces());
            ways();
        } catch (DamagedException nonsense) {
            damaged(nonsense.offset(), "directory and lookup of trace ids", nonsense.what());
            directoryDamaged = true;
            return;
        }
        block.services();
        for (Damage found : noticed.places()) {
            if (!told.contains(found.offset())) {
                damaged(found.offset(), "directory, lookup, filter or summary", found.what());
                directoryDamaged = true;
            }
        }
    }

    /** Walks the directory once and holds the filter and the lookup, both in their own order, against what it says. */
    private void ways() {
        long[] order = new long[block.traces()];
        for (int ordinal = 0; ordinal < order.length; ) {
            for (long low : block.directory(ordinal).low()) {
                if (!block.mayContain(low)) {
                    throw lost(ordinal, footer.filterAt());
                }
                order[ordinal] = (TraceId.mix(low) >>> 32 << 32 | ordinal) ^ Long.MIN_VALUE;
                ordinal++;
            }
        }
        Arrays.sort(order);
        int sameFrom = 0;
        for (int i = 0; i < order.length; i++) {
            long entry = order[i] ^ Long.MIN_VALUE;
            int page = i / LookupPage.ENTRIES;
            LookupPage read = block.lookup(page);
            int at = i % LookupPage.ENTRIES;
            if (read.prefixes()[at] != entry >>> 32
                    || read.ordinals()[at] != (int) entry
                    || at == 0 && footer.lookupFirst()[page] != entry >>> 32) {
                throw lost((int) entry, footer.lookupAt()[page]);
            }
            if ((order[sameFrom] ^ entry ^ Long.MIN_VALUE) >>> 32 != 0) {
                sameFrom = i;
            }
            for (int before = sameFrom; before < i; before++) {
                if (block.hasId((int) order[before], block.id((int) entry))) {
                    throw lost((int) entry, footer.directoryAt()[(int) entry / DirectoryPage.ENTRIES]);
                }
            }
        }
    }

    private DamagedException lost(int ordinal, long at) {
        return new DamagedException(file.path, at, "trace " + block.id(ordinal) + " is not found by its id");
    }

    /** Holds one page against its checksum; nothing when it has no bytes. */
    private void page(long offset, int length, String holds) {
        if (length == 0) {
            return;
        }
        try {
            file.read(offset, length);
        } catch (DamagedException bad) {
            damaged(offset, holds, bad.what());
        }
        listener.read(Footer.pageBytes(length));
    }

    private void damaged(long offset, String holds, String what) {
        pageDamaged = true;
        told.add(offset);
        listener.damaged(new Damage(file.path, offset, holds + ": " + what));
    }

    /** What a column holds, in words. */
    static String describe(RowGroup group, Column column) {
        return OWNERS[column.owner] + (column.isAttribute() ? " attribute '" : " column '")
                + group.words.text(column.key) + "'";
    }
}

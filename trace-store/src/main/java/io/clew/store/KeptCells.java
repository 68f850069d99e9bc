package io.clew.store;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Cells of minutes, kept on disk beside the spans for a time of their own; to the store they are bytes. An hour has a file,
 * and a file knows some of its minutes: of these it has the cell, or that there were no traces. Minutes and hours are counted
 * from 1970.
 *
 * <p>A minute of which retention takes traces is <em>frozen</em> if its file knows it: its cell tells of more than is stored
 * and cannot be computed again.
 *
 * <p>What is damaged is noted with the store's damage, and its file set aside: then the hour has none. Thread-safe.
 */
public interface KeptCells {
    /** Minutes of an hour. */
    int HOUR = 60;

    /** Nanoseconds of a minute. */
    long MINUTE_NANOS = 60_000_000_000L;

    /**
     * What the files account for. Minutes from {@code from} to {@code to} that are not open are either known, or had no
     * traces. Of minutes before, files may know some; these are right unless they are open. Traces that came after {@code
     * moment} may have changed any.
     *
     * @param to inclusive
     * @param open minutes that traces which came before may have changed too; those before {@code from} of which no file tells
     *     are left out
     */
    record Account(Moment moment, long from, long to, List<Long> open) {}

    /** The last account given, or null when there is none: then no file is of use but for its frozen minutes. */
    @Nullable
    Account account();

    /** Makes this the account, durably, after the files it is about; and lets go of hours beyond what may be kept. */
    void account(Account account) throws IOException;

    /** The hours that have files. */
    NavigableSet<Long> hours();

    /** Whether an hour has a file. */
    boolean has(long hour);

    /** Which minutes of an hour its file knows: bit {@code n} is minute {@code n}. 0 without a readable file. */
    long known(long hour);

    /**
     * The cells of those minutes of an hour that are known and in a mask; minutes without traces have none.
     *
     * @return null when they cannot be read
     */
    @Nullable
    Map<Long, byte[]> cells(long hour, long mask);

    /** The cell of all minutes of an hour, or null where there is none or it cannot be read. */
    byte @Nullable [] whole(long hour);

    /** Whether an hour's file has the cell of all its minutes. */
    boolean hasWhole(long hour);

    /** All minutes of an hour. */
    static List<Long> minutesOf(long hour) {
        return LongStream.range(hour * HOUR, (hour + 1) * HOUR).boxed().toList();
    }

    /** The hours whose files turned out damaged since the last call. Until it is asked, all their minutes count as open. */
    Set<Long> takeLost();

    /**
     * Makes cells known, durably; those of other minutes of the hour stay.
     *
     * @param cells by minute; of no bytes when there were no traces. A frozen minute keeps its cell
     * @param whole of all minutes, when all are known now; else null
     * @throws IOException when it could not be written; what was there stays
     */
    void put(long hour, Map<Long, byte[]> cells, byte @Nullable [] whole) throws IOException;

    boolean isFrozen(long minute);

    /** How often minutes were frozen since the store was opened: tells whether there are new ones. */
    long freezes();

    /**
     * Adds to the open minutes of the account, durably, and frozen ones are so no more: traces in them are going to be deleted.
     *
     * @throws IOException when it could not be written
     */
    void reopen(Collection<Long> minutes) throws IOException;

    /**
     * Deletes what is kept, and there is no account any more.
     *
     * @param frozenToo whether frozen minutes go too
     */
    void clear(boolean frozenToo) throws IOException;

    /** Bytes on disk. */
    long bytes();
}

package io.clew.store.log;

import io.clew.store.Damage;
import java.io.IOException;

/**
 * A damaged place of the log and what is lost by it.
 *
 * @param place the file and offset where reading broke off
 * @param lost whether records that had been stored, or may have been, cannot be read
 * @param first sequence of the first record lost; 0 when it is not known which are
 * @param records how many records are lost; 0 when that is not known
 * @param bytes what they took in their files; 0 when that is not known
 */
public record LogDamage(Damage place, boolean lost, long first, long records, long bytes) {
    /** A place by which nothing is lost. */
    static LogDamage harmless(Damage place) {
        return new LogDamage(place, false, 0, 0, 0);
    }

    /** A place where nobody knows how many records stood. */
    public static LogDamage unknown(Damage place) {
        return new LogDamage(place, true, 0, 0, 0);
    }

    /** Records found lost. */
    @FunctionalInterface
    public interface Listener {
        /** Called before anything that came after them is replayed, and while their file is as it was found. */
        void lost(LogDamage loss) throws IOException;
    }
}

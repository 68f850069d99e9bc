package io.clew.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What has been found damaged in the files of a store: each place once. Thread-safe. */
public final class DamageRegister {
    /** Places remembered; later ones are only counted. */
    private static final int MOST = 1_000;

    private record Place(Path file, long offset) {}

    private final Map<Place, Damage> places = new LinkedHashMap<>();
    private long forgotten;

    public synchronized void note(Damage damage) {
        Place place = new Place(damage.file(), damage.offset());
        if (places.containsKey(place)) {
            return;
        }
        if (places.size() < MOST) {
            places.put(place, damage);
        } else {
            forgotten++;
        }
    }

    /** Forgets the places of a file that is no more. Those that were only counted may have been in any file. */
    public synchronized void forget(Path file) {
        places.keySet().removeIf(place -> place.file().equals(file));
        if (places.isEmpty()) {
            forgotten = 0;
        }
    }

    /** In the order found, {@value #MOST} at most. */
    public synchronized List<Damage> places() {
        List<Damage> found = new ArrayList<>(places.values());
        if (forgotten > 0) {
            Damage last = found.getLast();
            found.add(new Damage(last.file(), last.offset(), "and " + forgotten + " further places after this one"));
        }
        return found;
    }
}

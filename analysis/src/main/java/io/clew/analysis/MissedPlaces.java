package io.clew.analysis;

import io.clew.store.Damage;
import io.clew.store.ReadControl;
import io.clew.store.Window;
import java.util.HashMap;
import java.util.Map;

/** Places that could not be read when cells of some minutes were computed. Not thread-safe. */
final class MissedPlaces {
    private final Map<Damage, Window> places = new HashMap<>();

    /** Keeps what a read of this window has missed. */
    void note(ReadControl control, Window window) {
        for (Damage place : control.missed()) {
            places.merge(place, window, (a, b) -> new Window(Math.min(a.from(), b.from()), Math.max(a.to(), b.to())));
        }
    }

    /** Tells of those of a range of epoch nanoseconds, both inclusive. */
    void tell(long first, long last, ReadControl control) {
        places.forEach((place, window) -> {
            if (window.from() <= last && window.to() >= first) {
                control.missed(place);
            }
        });
    }

    void clear() {
        places.clear();
    }
}

package io.clew.analysis.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sums by a key of texts, for a {@link TraceJob.Combining}: at most so many keys, and the sum of all others in one. The keys
 * that stay are those whose hash is smallest among all that were ever asked for; so what stays, and what it adds up to, does
 * not depend on the order of traces or merges, and the total is exact whatever comes. Memory is bounded by twice the
 * limit. Not thread-safe.
 *
 * @param <V> what is summed in
 */
public final class Groups<V> {
    private static final Comparator<List<String>> BY_TEXT = Groups::compareTexts;
    private static final Comparator<List<String>> BY_HASH =
            Comparator.<List<String>>comparingLong(Groups::rank).thenComparing(BY_TEXT);

    private final int limit;
    private final Supplier<V> empty;
    private final BiConsumer<V, V> merging;
    private Map<List<String>, V> kept = new HashMap<>();
    private @Nullable V other;
    /** The greatest key that stayed when some had to go; null when none has gone. */
    private @Nullable List<String> greatest;

    /**
     * Makes one without keys.
     *
     * @param limit keys that stay
     * @param empty an empty sum
     * @param merging adds everything of the second sum to the first; the second is not used afterwards
     */
    public Groups(int limit, Supplier<V> empty, BiConsumer<V, V> merging) {
        if (limit < 1) {
            throw new IllegalArgumentException("a limit is at least 1, read " + limit);
        }
        this.limit = limit;
        this.empty = empty;
        this.merging = merging;
    }

    /** The sum of a key, empty when it is new; or the sum of all others, when there are too many keys. */
    public V at(String... key) {
        return at(List.of(key));
    }

    /** The same; {@code key} must not change any more. */
    public V at(List<String> key) {
        V known = kept.get(key);
        if (known != null) {
            return known;
        }
        if (greatest != null && BY_HASH.compare(key, greatest) > 0) {
            return others();
        }
        V fresh = empty.get();
        kept.put(key, fresh);
        if (kept.size() > 2 * limit) {
            drop();
            V stayed = kept.get(key);
            return stayed == null ? others() : stayed;
        }
        return fresh;
    }

    private V others() {
        V sum = other;
        if (sum == null) {
            sum = empty.get();
            other = sum;
        }
        return sum;
    }

    /** Leaves no more than the limit. */
    private void drop() {
        if (kept.size() <= limit) {
            return;
        }
        List<List<String>> keys = new ArrayList<>(kept.keySet());
        keys.sort(BY_HASH);
        greatest = keys.get(limit - 1);
        Map<List<String>, V> stay = new HashMap<>();
        for (int i = 0; i < limit; i++) {
            stay.put(keys.get(i), java.util.Objects.requireNonNull(kept.get(keys.get(i))));
        }
        for (int i = limit; i < keys.size(); i++) {
            merging.accept(others(), java.util.Objects.requireNonNull(kept.get(keys.get(i))));
        }
        kept = stay;
    }

    /** Adds everything of another, which is not used afterwards. */
    public void merge(Groups<V> more) {
        if (more.greatest != null && (greatest == null || BY_HASH.compare(more.greatest, greatest) < 0)) {
            // What the other has let go cannot be told from what it kept beyond, so that must go here, too.
            greatest = more.greatest;
            List<List<String>> gone = new ArrayList<>();
            for (List<String> key : kept.keySet()) {
                if (BY_HASH.compare(key, greatest) > 0) {
                    gone.add(key);
                }
            }
            gone.sort(BY_HASH);
            for (List<String> key : gone) {
                merging.accept(others(), java.util.Objects.requireNonNull(kept.remove(key)));
            }
        }
        more.kept.forEach((key, sum) -> merging.accept(at(key), sum));
        if (more.other != null) {
            merging.accept(others(), more.other);
        }
    }

    /** The keys that stay and their sums, in order of the keys' texts. */
    public Map<List<String>, V> kept() {
        drop();
        Map<List<String>, V> sorted = new TreeMap<>(BY_TEXT);
        sorted.putAll(kept);
        return sorted;
    }

    /** The sum of all other keys; empty when there are none. */
    public Optional<V> other() {
        drop();
        return Optional.ofNullable(other);
    }

    private static long rank(List<String> key) {
        long h = 0;
        for (String text : key) {
            for (int i = 0; i < text.length(); i++) {
                h = (h ^ text.charAt(i)) * 0xD6E8FEB86659FD93L;
                h ^= h >>> 32;
            }
            h = (h ^ 0x10000) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 29;
        }
        return h;
    }

    private static int compareTexts(List<String> a, List<String> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int order = a.get(i).compareTo(b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    }
}

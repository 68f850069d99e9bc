package io.clew.store.block;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clew.store.DamageRegister;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Decoded pages of all open blocks, up to a number of heap bytes; the least useful go first (W-TinyLFU). A page larger
 * than the cache is given out and not kept. Thread-safe; two threads that miss the same page at once both read it.
 */
public final class PageCache implements AutoCloseable {
    /** @param what 0 for the page at the place, else which of the things worked out from it and others */
    private record Key(long file, long place, int what) {}

    /** Something decoded from a page. Never changes. */
    interface Page {
        /** Roughly; at least 1. */
        int heapBytes();
    }

    private static final int ENTRY_BYTES = 120;

    private final Cache<Key, Page> pages;
    private final AtomicLong files = new AtomicLong();
    private final Decompression decompression = new Decompression();
    private final ReadBuffers buffers = new ReadBuffers();
    private final DamageRegister damage;
    private final Clock clock;

    /** @param maxBytes heap bytes to keep at most */
    public PageCache(long maxBytes) {
        this(maxBytes, new DamageRegister());
    }

    /** As {@link #PageCache(long)}; what is found damaged on reading is noted in {@code damage}. */
    public PageCache(long maxBytes, DamageRegister damage) {
        this(maxBytes, damage, Clock.systemUTC());
    }

    /** As {@link #PageCache(long, DamageRegister)}; by this clock, what a disk failed to read is tried again. */
    public PageCache(long maxBytes, DamageRegister damage, Clock clock) {
        this.damage = damage;
        this.clock = clock;
        pages = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((Key key, Page page) -> page.heapBytes() + ENTRY_BYTES)
                .executor(Runnable::run)
                .build();
    }

    /** Another cache, empty, that notes damage where this one does. */
    public PageCache beside(long maxBytes) {
        return new PageCache(maxBytes, damage, clock);
    }

    /** Heap bytes held now, roughly. */
    public long heapBytes() {
        return pages.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }

    Decompression decompression() {
        return decompression;
    }

    ReadBuffers buffers() {
        return buffers;
    }

    DamageRegister damage() {
        return damage;
    }

    Clock clock() {
        return clock;
    }

    /** Takes what was found damaged in a file off the list of damage: the file is going. */
    public void forgetDamage(Path path) {
        damage.forget(path);
    }

    /** A number for a file just opened; never given twice. */
    long newFile() {
        return files.incrementAndGet();
    }

    /**
     * The page of a file at a place, or else what {@code load} gives, kept from then on.
     *
     * @param what 0 for the page itself, else a number for something that is worked out
     */
    <P extends Page> P get(long file, long place, int what, Supplier<P> load) {
        return get(file, place, what, load, _ -> true);
    }

    /** As {@link #get(long, long, int, Supplier)}; only what is worth {@code keeping} is kept. */
    @SuppressWarnings("unchecked")
    <P extends Page> P get(long file, long place, int what, Supplier<P> load, Predicate<P> keeping) {
        Key key = new Key(file, place, what);
        P page = (P) pages.getIfPresent(key);
        if (page == null) {
            page = load.get();
            if (keeping.test(page)) {
                pages.put(key, page);
            }
        }
        return page;
    }

    /** Lets go of all pages of a file. */
    void forget(long file) {
        pages.asMap().keySet().removeIf(key -> key.file == file);
    }

    /** Frees all. No block may be read through this cache from here on. */
    @Override
    public void close() {
        pages.invalidateAll();
        decompression.close();
    }
}

package io.clew.store;

import java.util.AbstractSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.TreeSet;

/**
 * Distinct names in order, of which only the first {@link #MOST} are kept however many are added, and about how many there
 * are in all: exact up to that number, beyond it estimated from the {@value #SAMPLE} smallest hashes (Bar-Yossef, Jayram,
 * Kumar, Sivakumar, Trevisan, RANDOM 2002), with a standard error of 3 %. So the memory of a list never depends on what was
 * sent. The first of several lists together are the first of their union. Equal to a set of the names kept. For one thread.
 */
public final class FirstNames<N extends Comparable<N>> extends AbstractSet<N> {
    public static final int MOST = 10_000;
    private static final int SAMPLE = 1024;

    private final TreeSet<N> first = new TreeSet<>();
    /** The smallest hashes, as unsigned numbers, with the sign bit turned; kept once names are left out. */
    private final TreeSet<Long> hashes = new TreeSet<>();

    private boolean complete = true;

    /** Whether no name was left out. */
    public boolean complete() {
        return complete;
    }

    /** How many distinct names were added; an estimate when not {@link #complete}. */
    public long total() {
        if (complete) {
            return first.size();
        }
        if (hashes.size() < SAMPLE) {
            return hashes.size();
        }
        double share = ((double) hashes.last() - (double) Long.MIN_VALUE) / 0x1p64;
        return Math.max(first.size() + 1L, Math.round((SAMPLE - 1) / share));
    }

    /** Whether the name is now kept and was not before. */
    @Override
    public boolean add(N name) {
        if (first.size() < MOST) {
            if (!complete) {
                sample(name);
            }
            return first.add(name);
        }
        if (first.contains(name)) {
            return false;
        }
        leaveOut();
        sample(name);
        if (name.compareTo(first.last()) > 0) {
            return false;
        }
        first.add(name);
        first.removeLast();
        return true;
    }

    @Override
    public boolean addAll(Collection<? extends N> names) {
        if (names instanceof FirstNames<?> other && !other.complete) {
            leaveOut();
            other.hashes.forEach(this::sampleHash);
        }
        return super.addAll(names);
    }

    private void leaveOut() {
        if (complete) {
            complete = false;
            first.forEach(this::sample);
        }
    }

    private void sample(N name) {
        // The finalizer of SplitMix64, which spreads what is alike.
        long hash = (name.hashCode() + 0x9e3779b97f4a7c15L) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
        sampleHash((hash ^ hash >>> 31) ^ Long.MIN_VALUE);
    }

    private void sampleHash(long hash) {
        if (hashes.size() < SAMPLE || hash < hashes.last()) {
            hashes.add(hash);
            if (hashes.size() > SAMPLE) {
                hashes.removeLast();
            }
        }
    }

    @Override
    public boolean contains(Object name) {
        return first.contains(name);
    }

    @Override
    public int size() {
        return first.size();
    }

    @Override
    public Iterator<N> iterator() {
        return Collections.unmodifiableSet(first).iterator();
    }
}

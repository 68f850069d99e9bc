package io.clew.store.block;

import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Arrays into which pages are read before they are decoded, used again and again: a question that reads many small pages
 * leaves nothing of them to be collected. Keeps as many as were ever borrowed at the same time, of up to
 * {@value #MOST_KEPT} bytes each. Thread-safe.
 */
final class ReadBuffers {
    private static final int MOST_KEPT = 1 << 18;
    private static final int LEAST = 1 << 14;

    private final ConcurrentLinkedQueue<byte[]> idle = new ConcurrentLinkedQueue<>();

    /** An array of at least that many bytes, whatever they are. */
    byte[] borrow(int length) {
        if (length > MOST_KEPT) {
            return new byte[length];
        }
        byte[] known = idle.poll();
        return known != null && known.length >= length ? known : new byte[roomy(length)];
    }

    /** Takes an array back that was borrowed. */
    void giveBack(byte[] array) {
        if (array.length <= MOST_KEPT) {
            idle.add(array);
        }
    }

    /** The next power of two, so that an array is seldom too small for long. */
    private static int roomy(int length) {
        return length <= LEAST ? LEAST : Integer.highestOneBit(length - 1) << 1;
    }
}

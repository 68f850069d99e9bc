package io.clew.ingest;

import io.clew.model.MalformedRequestException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Heap bytes that all requests in flight may hold together, over all doors: bodies as received, bodies decompressed,
 * columns being filled. Nothing waits for it: what does not fit is refused, to be sent again. Thread-safe.
 */
public final class ByteBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** @param limit bytes, 1 or more */
    public ByteBudget(long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a budget of " + limit + " bytes");
        }
        this.limit = limit;
    }

    /** A budget that never ends: for replay and tools, which read one request after the other. */
    public static ByteBudget unlimited() {
        return new ByteBudget(Long.MAX_VALUE);
    }

    /** A quarter of the largest heap this process may use. */
    public static ByteBudget quarterOfHeap() {
        return new ByteBudget(Runtime.getRuntime().maxMemory() / 4);
    }

    public long limit() {
        return limit;
    }

    /** Bytes claimed now. */
    public long used() {
        return used.get();
    }

    /** Takes {@code bytes} unless that would exceed the limit; what is taken must be released. */
    public boolean tryAcquire(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("cannot acquire " + bytes + " bytes");
        }
        long now;
        do {
            now = used.get();
            if (bytes > limit - now) {
                return false;
            }
        } while (!used.compareAndSet(now, now + bytes));
        return true;
    }

    public void release(long bytes) {
        if (bytes < 0 || used.addAndGet(-bytes) < 0) {
            throw new IllegalStateException("released " + bytes + " bytes more than were acquired");
        }
    }

    /** Opens a claim of 0 bytes. */
    public Claim claim() {
        return new Claim(this);
    }

    /** What one request holds of the budget; grows and shrinks; given back whole by {@link #close}. For one thread. */
    public static final class Claim implements AutoCloseable {
        private final ByteBudget budget;
        private long held;

        private Claim(ByteBudget budget) {
            this.budget = budget;
        }

        /** Bytes held. */
        public long held() {
            return held;
        }

        /**
         * Takes {@code bytes} more.
         *
         * @throws MalformedRequestException TOO_LARGE when this claim alone would exceed the whole budget, so that
         *     sending again cannot help
         * @throws BusyException when others hold too much
         */
        public void add(long bytes) throws MalformedRequestException {
            if (budget.tryAcquire(bytes)) {
                held += bytes;
                return;
            }
            if (bytes > budget.limit - held) {
                throw new MalformedRequestException(
                        MalformedRequestException.Reason.TOO_LARGE,
                        "reading this request needs more than the " + budget.limit
                                + " bytes of memory that all requests in flight may use; send smaller batches");
            }
            throw new BusyException("requests in flight use " + budget.used() + " of " + budget.limit
                    + " bytes of memory, and this one needs " + bytes + " more; send it again later");
        }

        /** Gives {@code bytes} back. */
        public void subtract(long bytes) {
            if (bytes > held) {
                throw new IllegalArgumentException("cannot give back " + bytes + " of " + held + " bytes");
            }
            held -= bytes;
            budget.release(bytes);
        }

        /** Grows or shrinks to {@code bytes}; throws as {@link #add} does. */
        public void resize(long bytes) throws MalformedRequestException {
            if (bytes > held) {
                add(bytes - held);
            } else {
                subtract(held - bytes);
            }
        }

        @Override
        public void close() {
            subtract(held);
        }
    }
}

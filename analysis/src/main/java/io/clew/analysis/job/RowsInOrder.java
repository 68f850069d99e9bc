package io.clew.analysis.job;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Brings the rows of traces, which come in any order, into the order of (start, id), in bounded memory: what is too much is
 * sorted and put into a file, and the files are merged at the end. {@link #add} may be called by several threads.
 */
final class RowsInOrder implements AutoCloseable {
    private static final int OVERHEAD = 80;
    private static final int BUFFER = 64 << 10;

    private final Path scratch;
    private final long memory;
    private final List<Path> files = new ArrayList<>();
    private List<Rows> held = new ArrayList<>();
    private long heldBytes;

    /**
     * Makes one.
     *
     * @param scratch a directory for what is too much
     * @param memory bytes that may be held
     */
    RowsInOrder(Path scratch, long memory) {
        this.scratch = scratch;
        this.memory = memory;
    }

    /** The rows of one trace as they will stand in the file. */
    record Rows(long start, long idHigh, long idLow, byte[] bytes) implements Comparable<Rows> {
        @Override
        public int compareTo(Rows other) {
            int order = Long.compare(start, other.start);
            if (order == 0) {
                order = Long.compareUnsigned(idHigh, other.idHigh);
            }
            return order == 0 ? Long.compareUnsigned(idLow, other.idLow) : order;
        }
    }

    synchronized void add(List<Rows> more) throws IOException {
        held.addAll(more);
        for (Rows rows : more) {
            heldBytes += rows.bytes.length + OVERHEAD;
        }
        if (heldBytes > memory) {
            spill();
        }
    }

    private void spill() throws IOException {
        Collections.sort(held);
        Path file = Files.createTempFile(scratch, "rows", ".sorted");
        files.add(file);
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER))) {
            for (Rows rows : held) {
                out.writeLong(rows.start);
                out.writeLong(rows.idHigh);
                out.writeLong(rows.idLow);
                out.writeInt(rows.bytes.length);
                out.write(rows.bytes);
            }
        }
        held = new ArrayList<>();
        heldBytes = 0;
    }

    /** Writes all rows. Nothing may be added afterwards. */
    synchronized void writeTo(OutputStream out, Runnable check) throws IOException {
        Collections.sort(held);
        List<Sorted> all = new ArrayList<>();
        try {
            PriorityQueue<Sorted> next = new PriorityQueue<>();
            for (Path file : files) {
                Sorted sorted = new Sorted(file);
                all.add(sorted);
                if (sorted.advance()) {
                    next.add(sorted);
                }
            }
            int at = 0;
            while (!next.isEmpty() || at < held.size()) {
                check.run();
                Sorted first = next.peek();
                if (first == null || at < held.size() && held.get(at).compareTo(first.rows) < 0) {
                    out.write(held.get(at++).bytes);
                } else {
                    next.remove();
                    out.write(first.rows.bytes);
                    if (first.advance()) {
                        next.add(first);
                    }
                }
            }
        } finally {
            for (Sorted sorted : all) {
                sorted.in.close();
            }
        }
    }

    /** Removes the files. */
    @Override
    public void close() throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    /** A file, and what stands next in it. */
    private static final class Sorted implements Comparable<Sorted> {
        private final DataInputStream in;
        private Rows rows = new Rows(0, 0, 0, new byte[0]);

        Sorted(Path file) throws IOException {
            in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER));
        }

        /** Goes on to the next; false at the end. */
        boolean advance() throws IOException {
            long start;
            try {
                start = in.readLong();
            } catch (EOFException end) {
                return false;
            }
            long high = in.readLong();
            long low = in.readLong();
            rows = new Rows(start, high, low, in.readNBytes(in.readInt()));
            return true;
        }

        @Override
        public int compareTo(Sorted other) {
            return rows.compareTo(other.rows);
        }
    }
}

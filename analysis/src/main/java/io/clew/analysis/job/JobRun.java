package io.clew.analysis.job;

import io.clew.analysis.ParallelScan;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.SpanColumns;
import io.clew.store.Window;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job over the traces of a snapshot that begin in a window. The bytes it writes depend on the traces and the job
 * alone, never on the number of threads. For one thread.
 */
public final class JobRun {
    private static final long MEMORY_FOR_ROWS = 64L << 20;
    private static final int LARGEST_OF_A_TRACE = 64 << 20;
    private static final int HAND_OVER = 1 << 20;
    private static final int FAILURES_NAMED = 10;

    private final TraceJob job;
    private final List<Column> columns;
    private final RowFormat format;
    private final boolean goOn;
    private final Path scratch;
    private final long memory;
    private final AtomicLong traces = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final TreeSet<Failure> failures = new TreeSet<>();

    /**
     * Prepares a run.
     *
     * @param goOn whether traces at which the job fails are counted and left out, instead of ending the run
     * @param scratch a directory for rows that do not fit into memory
     */
    public JobRun(TraceJob job, RowFormat format, boolean goOn, Path scratch) {
        this(job, format, goOn, scratch, MEMORY_FOR_ROWS);
    }

    JobRun(TraceJob job, RowFormat format, boolean goOn, Path scratch, long memory) {
        this.job = job;
        this.format = format;
        this.goOn = goOn;
        this.scratch = scratch;
        this.memory = memory;
        this.columns = calling("telling its columns", () -> List.copyOf(job.columns()));
        if (columns.isEmpty() || columns.stream().map(Column::name).distinct().count() < columns.size()) {
            throw new JobFailedException(
                    job.name(),
                    "telling its columns",
                    null,
                    new IllegalStateException("there must be at least one, each with a name of its own"));
        }
    }

    /** A trace at which the job failed, and what it threw. */
    public record Failure(TraceId trace, String what) implements Comparable<Failure> {
        @Override
        public int compareTo(Failure other) {
            return trace.compareTo(other.trace);
        }
    }

    /**
     * What became of a run.
     *
     * @param traces visited, those at which the job failed included
     * @param failed traces at which the job failed
     * @param failures the first of them by id, ten at most
     */
    public record Outcome(long traces, long rows, long failed, List<Failure> failures) {}

    /**
     * Visits the traces and writes the rows.
     *
     * @param threads at least 1
     * @param out is written to at the end only, and not closed
     * @throws JobFailedException when the job threw something
     * @throws io.clew.store.ReadStoppedException soon after the control says stop
     * @throws io.clew.store.DamagedException when something that is needed cannot be read
     */
    public Outcome run(
            Snapshot snapshot,
            Window window,
            int threads,
            ReadControl control,
            ParallelScan.Progress progress,
            OutputStream out)
            throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        format.header(columns, header);
        SpanColumns wanted = calling("telling what it reads", job::attributesRead)
                .map(SpanColumns::withAttributes)
                .orElse(SpanColumns.ALL);
        Scan scan = workers ->
                ParallelScan.run(snapshot.scan(window, wanted, control), threads, control, progress, workers);
        try {
            switch (job) {
                case TraceJob.PerTrace perTrace -> perTrace(perTrace, scan, control, header, out);
                case TraceJob.Combining<?> combining -> combine(combining, scan, control, header, out);
            }
        } catch (NotWrittenException e) {
            throw e.getCause();
        }
        return new Outcome(traces.get(), rows.get(), failed.get(), List.copyOf(failures));
    }

    private interface Scan {
        void run(java.util.function.Supplier<ParallelScan.Worker> workers);
    }

    private void perTrace(
            TraceJob.PerTrace visitor, Scan scan, ReadControl control, ByteArrayOutputStream header, OutputStream out)
            throws IOException {
        try (RowsInOrder order = new RowsInOrder(scratch, memory)) {
            scan.run(() -> new Visits(visitor, order, control));
            header.writeTo(out);
            order.writeTo(out, control::check);
        }
    }

    private <A> void combine(
            TraceJob.Combining<A> combining,
            Scan scan,
            ReadControl control,
            ByteArrayOutputStream header,
            OutputStream out)
            throws IOException {
        Sums<A> sums = new Sums<>(combining);
        scan.run(() -> new Adding<>(sums, control));
        A sum = sums.total();
        header.writeTo(out);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        calling("giving its rows", () -> {
            combining.finish(sum, values -> {
                control.check();
                format.row(columns, plain(values), bytes);
                rows.incrementAndGet();
                if (bytes.size() >= HAND_OVER) {
                    write(bytes, out);
                }
            });
            return true;
        });
        write(bytes, out);
    }

    private static void write(ByteArrayOutputStream bytes, OutputStream out) {
        try {
            bytes.writeTo(out);
        } catch (IOException e) {
            throw new NotWrittenException(e);
        }
        bytes.reset();
    }

    private @Nullable Object[] plain(@Nullable Object[] values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(
                    "a row of " + values.length + " values, but the job has " + columns.size() + " columns");
        }
        @Nullable Object[] plain = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            plain[i] = columns.get(i).plain(values[i]);
        }
        return plain;
    }

    /** The output, or the file for rows that do not fit into memory, cannot be written. */
    private static final class NotWrittenException extends UncheckedIOException {
        private static final long serialVersionUID = 1;

        NotWrittenException(IOException cause) {
            super(cause);
        }
    }

    /** Something the job's own code does outside of any trace. */
    private interface Call<T> {
        T run() throws Exception;
    }

    private <T> T calling(String doing, Call<T> call) {
        try {
            return call.run();
        } catch (io.clew.store.ReadStoppedException | NotWrittenException ours) {
            throw ours;
        } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
            throw new JobFailedException(job.name(), doing, null, e);
        }
    }

    /** Something the job's own code does with a trace. */
    private interface Visit {
        void run() throws Exception;
    }

    /** Whether the job did not fail. */
    private boolean at(WholeTrace trace, ReadControl control, Visit visit) {
        control.check();
        traces.incrementAndGet();
        try {
            visit.run();
            return true;
        } catch (io.clew.store.ReadStoppedException | io.clew.store.DamagedException ours) {
            throw ours;
        } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
            if (!goOn) {
                throw new JobFailedException(job.name(), "at trace " + trace.id(), trace.id(), e);
            }
            failed.incrementAndGet();
            synchronized (failures) {
                failures.add(new Failure(trace.id(), String.valueOf(e)));
                if (failures.size() > FAILURES_NAMED) {
                    failures.removeLast();
                }
            }
            return false;
        }
    }

    /** One thread's work for a job that looks at each trace by itself. */
    private final class Visits implements ParallelScan.Worker {
        private final TraceJob.PerTrace visitor;
        private final RowsInOrder order;
        private final ReadControl control;
        private final WholeTrace trace = new WholeTrace();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<RowsInOrder.Rows> done = new ArrayList<>();
        private long doneBytes;
        private long given;

        Visits(TraceJob.PerTrace visitor, RowsInOrder order, ReadControl control) {
            this.control = control;
            this.visitor = visitor;
            this.order = order;
        }

        @Override
        public void trace(SpanBatch spans, int[] rowsOfBatch, int from, int to) {
            trace.bind(spans, rowsOfBatch, from, to);
            bytes.reset();
            given = 0;
            if (at(trace, control, () -> visitor.visit(trace, this::row)) && given > 0) {
                rows.addAndGet(given);
                TraceId id = trace.id();
                done.add(new RowsInOrder.Rows(trace.start(), id.high(), id.low(), bytes.toByteArray()));
                doneBytes += bytes.size();
                if (doneBytes >= HAND_OVER) {
                    handOver();
                }
            }
        }

        private void row(@Nullable Object... values) {
            format.row(columns, plain(values), bytes);
            if (bytes.size() > LARGEST_OF_A_TRACE) {
                throw new IllegalStateException("more than 64 MiB of rows of one trace");
            }
            given++;
        }

        private void handOver() {
            try {
                order.add(done);
            } catch (IOException e) {
                throw new NotWrittenException(e);
            }
            done.clear();
            doneBytes = 0;
        }

        @Override
        public void endPart(long settled) {
            handOver();
        }
    }

    /** One thread's work for a job that adds up. */
    private final class Adding<A> implements ParallelScan.Worker {
        private final Sums<A> sums;
        private final ReadControl control;
        private final WholeTrace trace = new WholeTrace();
        private int part;
        private A sum;

        Adding(Sums<A> sums, ReadControl control) {
            this.control = control;
            this.sums = sums;
            this.sum = sums.empty();
        }

        @Override
        public void beginPart(int number) {
            part = number;
            sum = sums.empty();
        }

        @Override
        public void trace(SpanBatch spans, int[] rowsOfBatch, int from, int to) {
            trace.bind(spans, rowsOfBatch, from, to);
            at(trace, control, () -> sums.combining.observe(sum, trace));
        }

        @Override
        public void endPart(long settled) {
            sums.add(part, sum);
        }
    }

    /** The sums of parts, merged in the order of the parts. Used by one thread at a time. */
    private final class Sums<A> {
        private final TraceJob.Combining<A> combining;
        private final Map<Integer, A> waiting = new HashMap<>();
        private int next;
        private @Nullable A total;

        Sums(TraceJob.Combining<A> combining) {
            this.combining = combining;
        }

        A empty() {
            return calling("starting a sum", () -> Objects.requireNonNull(combining.start(), "start() gave null"));
        }

        void add(int part, A sum) {
            waiting.put(part, sum);
            for (A ready = waiting.remove(next); ready != null; ready = waiting.remove(next)) {
                next++;
                A before = total;
                A more = ready;
                if (before == null) {
                    total = more;
                } else {
                    calling("merging", () -> {
                        combining.merge(before, more);
                        return true;
                    });
                }
            }
        }

        A total() {
            return total == null ? empty() : total;
        }
    }
}

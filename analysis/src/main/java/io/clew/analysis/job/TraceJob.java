package io.clew.analysis.job;

import java.util.List;
import java.util.Optional;

/**
 * A question about every trace of a window, answered with rows. It is one of two: {@link PerTrace} gives rows for each trace
 * by itself; {@link Combining} adds all traces up and gives rows at the end. Traces are visited by several threads, each
 * trace once and whole, and the rows do not depend on how many threads there are.
 *
 * <p>A job has a public constructor without parameters. To be called by its name, it is listed in its jar's {@code
 * META-INF/services/io.clew.analysis.job.TraceJob}; by its class name it can be called in any case.
 */
public sealed interface TraceJob {
    /** The name on the command line: lower case, words joined by hyphens. By default, the class name spelled so. */
    default String name() {
        return getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-")
                .toLowerCase(java.util.Locale.ROOT);
    }

    /** What it answers, in one line; may be empty. */
    default String about() {
        return "";
    }

    /** The columns of its rows; the same at every call. */
    List<Column> columns();

    /**
     * The keys of all attributes of spans that it reads, if it reads no others, and of the rest only ids, parents, times,
     * names, kinds, status codes, resources and links: then nothing else is read from the disk, which is faster, and asking
     * for anything else finds nothing. Empty, as by default: it may read everything.
     */
    default Optional<List<String>> attributesRead() {
        return Optional.empty();
    }

    /** A job that looks at each trace by itself. Its rows come in order of the traces' start and id. */
    non-sealed interface PerTrace extends TraceJob {
        /**
         * Looks at one trace. Called by several threads at once, each with another trace; so the job keeps nothing.
         *
         * @param trace valid during the call only
         * @param rows takes the trace's rows, which stay in this order
         * @throws Exception when it cannot; the rows already given of this trace are dropped
         */
        void visit(WholeTrace trace, Rows rows) throws Exception;
    }

    /**
     * A job that adds traces up. Every part of the store gets a sum of its own, which only one thread touches; the sums are
     * merged in the order of the parts.
     *
     * @param <A> what it adds up in
     */
    non-sealed interface Combining<A> extends TraceJob {
        /** An empty sum. */
        A start();

        /**
         * Adds a trace. What it throws is counted against the trace, but what it has added by then stays added: read first,
         * then add.
         *
         * @param trace valid during the call only
         * @throws Exception when it cannot
         */
        void observe(A sum, WholeTrace trace) throws Exception;

        /**
         * Adds everything of another sum, which is not used afterwards.
         *
         * @param other of a later part of the store
         */
        void merge(A sum, A other);

        /** Gives the rows, in the order in which they are to stand. */
        void finish(A sum, Rows rows);
    }
}

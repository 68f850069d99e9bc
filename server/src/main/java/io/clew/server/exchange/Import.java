package io.clew.server.exchange;

import io.clew.server.exchange.ImportTarget.Outcome;
import io.clew.server.store.DirectoryCommand;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Brings the messages of files to a target, some at a time, and keeps note of how far it is. For one run. */
final class Import {
    private static final int MOST_UNDER_WAY = 8;
    private static final long MOST_BYTES_UNDER_WAY = 64L << 20;
    private static final long SAVE_NANOS = 1_000_000_000L;
    private static final int MOST_COMPLAINTS = 100;

    private final ImportTarget target;
    private final PrintStream err;
    private final Meter meter;
    private final Deque<UnderWay> underWay = new ArrayDeque<>();
    private long bytesUnderWay;
    private long spans;
    private long refused;
    private long unreadable;
    private long skipped;
    private int complaints;
    private long saved = System.nanoTime();
    private long bytesBefore;
    private long bytesInAll;

    private record UnderWay(Message message, Future<Outcome> outcome) {}

    Import(ImportTarget target, PrintStream err) {
        this.target = target;
        this.err = err;
        this.meter = new Meter(err);
    }

    /** Imports these files in order, less what {@code state} says is done. */
    void files(List<Path> files, ImportState state) throws IOException {
        for (Path file : files) {
            bytesInAll += Files.size(file);
        }
        for (Path file : files) {
            long done = state.messages(file);
            try (MessageFile messages = MessageFile.open(file)) {
                all(messages, done, count -> note(state, file, count));
            }
            bytesBefore += Files.size(file);
        }
    }

    /** Imports the standard input. */
    void standardInput() throws IOException {
        try (MessageFile messages = MessageFile.standardInput()) {
            all(messages, 0, _ -> {});
        }
    }

    private void note(ImportState state, Path file, long count) {
        try {
            state.done(file, count);
            if (System.nanoTime() - saved > SAVE_NANOS) {
                saved = System.nanoTime();
                state.write(target.spansStored());
            }
        } catch (IOException e) {
            complain("cannot note how far the import is: " + DirectoryCommand.reason(e));
        }
    }

    private void all(MessageFile file, long done, LongConsumer progress) throws IOException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (Message message = file.next(); message != null; message = file.next()) {
                    if (message.number() <= done) {
                        skipped++;
                        continue;
                    }
                    while (!underWay.isEmpty()
                            && (underWay.size() >= MOST_UNDER_WAY
                                    || bytesUnderWay + message.bytes() > MOST_BYTES_UNDER_WAY)) {
                        settleFirst(file, progress);
                    }
                    Message sent = message;
                    underWay.addLast(new UnderWay(sent, threads.submit(() -> target.take(sent))));
                    bytesUnderWay += sent.bytes();
                }
                while (!underWay.isEmpty()) {
                    settleFirst(file, progress);
                }
            } finally {
                underWay.forEach(left -> left.outcome().cancel(true));
                underWay.clear();
                bytesUnderWay = 0;
            }
        }
    }

    private void settleFirst(MessageFile file, LongConsumer progress) throws IOException {
        UnderWay first = underWay.removeFirst();
        bytesUnderWay -= first.message().bytes();
        Outcome outcome;
        try {
            outcome = first.outcome().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(first.message().where() + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted at " + first.message().where());
        }
        spans += outcome.spans();
        refused += outcome.refused();
        @Nullable String wrong = outcome.wrong();
        if (wrong != null && outcome.refused() > 0) {
            complain(first.message().where() + ": " + outcome.refused() + " of " + (outcome.spans() + outcome.refused())
                    + " spans are refused, the first because: " + wrong);
        } else if (wrong != null) {
            unreadable++;
            complain(first.message().where() + ": " + wrong);
        }
        progress.accept(first.message().number());
        meter.at(spans, bytesInAll == 0 ? -1 : (double) (bytesBefore + file.bytesRead()) / bytesInAll);
    }

    private void complain(String line) {
        meter.clear();
        complaints++;
        if (complaints <= MOST_COMPLAINTS) {
            err.println("clew: " + line);
        } else if (complaints == MOST_COMPLAINTS + 1) {
            err.println("clew: more of the same is counted and not shown");
        }
    }

    /** Spans brought to the target in this run. */
    long spans() {
        return spans;
    }

    /** Spans that the target, or OTLP, does not take. */
    long refused() {
        return refused;
    }

    /** Messages that could not be read. */
    long unreadable() {
        return unreadable;
    }

    /** Messages that an earlier run had imported. */
    long skipped() {
        return skipped;
    }

    Meter meter() {
        return meter;
    }
}

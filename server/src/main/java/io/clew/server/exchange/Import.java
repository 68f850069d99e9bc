package io.clew.server.exchange;

import io.clew.server.exchange.ImportState.Reached;
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
    private long unreadableBefore;
    private long refusedBefore;
    private long filesLeftOut;
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

    /**
     * Imports these files in order, less what {@code state} says is done. A file that is not as it was exported, or cannot
     * be opened, is named and left out.
     */
    void files(List<Path> files, ImportState state, ExportedFiles exported) throws IOException {
        exported.wrong().forEach(this::leaveOut);
        for (Path file : files) {
            bytesInAll += Files.size(file);
        }
        for (Path file : files) {
            @Nullable String differs = exported.differs(file);
            if (differs == null) {
                file(file, state);
            } else {
                leaveOut(file + " " + differs + "; nothing of it is imported");
            }
            bytesBefore += Files.size(file);
        }
    }

    private void file(Path file, ImportState state) throws IOException {
        Reached before = state.reached(file);
        MessageFile messages;
        try {
            messages = MessageFile.open(file);
        } catch (IOException e) {
            leaveOut(reason(file, e));
            return;
        }
        long spansBefore = spans;
        long wrongBefore = unreadable + refused;
        long unreadableAtStart = unreadable - before.unreadable();
        long refusedAtStart = refused - before.refused();
        unreadableBefore += before.unreadable();
        refusedBefore += before.refused();
        try (messages) {
            all(
                    messages,
                    before.messages(),
                    count -> note(
                            state, file, new Reached(count, unreadable - unreadableAtStart, refused - refusedAtStart)));
        }
        if (before.messages() == 0 && spans == spansBefore && unreadable + refused == wrongBefore) {
            complain(file + " holds no spans");
        }
    }

    private static String reason(Path file, IOException e) {
        String reason = DirectoryCommand.reason(e);
        return (reason.startsWith(file.toString()) ? reason : file + ": " + reason) + "; nothing of it is imported";
    }

    private void leaveOut(String line) {
        filesLeftOut++;
        complain(line);
    }

    /** Imports the standard input. */
    void standardInput() throws IOException {
        try (MessageFile messages = MessageFile.standardInput()) {
            all(messages, 0, _ -> {});
        }
        if (spans + refused + unreadable == 0) {
            complain("the standard input holds no spans");
        }
    }

    private void note(ImportState state, Path file, Reached reached) {
        try {
            state.done(file, reached);
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

    /** Spans that the target, or OTLP, does not take; those of earlier runs included. */
    long refused() {
        return refused + refusedBefore;
    }

    /** Messages that could not be read, those of earlier runs included. */
    long unreadable() {
        return unreadable + unreadableBefore;
    }

    /** How many of the unreadable messages and refused spans earlier runs met, and named. */
    long wrongBefore() {
        return unreadableBefore + refusedBefore;
    }

    /** Files of which nothing was taken. */
    long filesLeftOut() {
        return filesLeftOut;
    }

    /** Messages that an earlier run had imported. */
    long skipped() {
        return skipped;
    }

    Meter meter() {
        return meter;
    }
}

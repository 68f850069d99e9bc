package io.clew.store.log;

import static java.util.Objects.requireNonNull;

import io.clew.store.Damage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the segments in order of number. Sequences are contiguous, so a missing one is seen. When something
 * that survived says that the missing record had been forced, it is damage: reported, and the records after it are still
 * replayed. When nothing says so, it is the torn tail of a crash: nobody was promised it or anything after it, so the log
 * ends there.
 */
final class Replay {
    private final List<Segment> segments;
    private final LogVisitor visitor;
    private final Backlog backlog;
    private final List<Damage> damage;
    private final RecordHeader format = new RecordHeader();

    /** The sequence wanted next. */
    private long expected;
    /** The largest sequence that anything read so far says was forced. */
    private long promised;
    /** Where reading broke off since the last record replayed; null when it did not. */
    private @Nullable Path brokenFile;

    private long brokenAt;

    Replay(List<Segment> segments, LogVisitor visitor, Backlog backlog, List<Damage> damage) {
        this.segments = segments;
        this.visitor = visitor;
        this.backlog = backlog;
        this.damage = damage;
    }

    /** Visits the records after {@code after} and returns the last sequence of the log, at least {@code after}. */
    long run(long after) throws IOException {
        expected = after + 1;
        for (Segment segment : segments) {
            promised = Math.max(promised, header(segment).forced());
        }
        boolean whole = true;
        for (int i = 0; i < segments.size() && whole; i++) {
            whole = walk(i);
        }
        if (whole && promised >= expected) {
            missing(promised + 1);
        }
        return expected - 1;
    }

    /** The largest sequence that is known to have been forced; later ones replayed may be in the page cache alone. */
    long promised() {
        return promised;
    }

    /** False when the log ends in this segment. */
    private boolean walk(int index) throws IOException {
        Segment segment = segments.get(index);
        SegmentHeader header = header(segment);
        byte[] bytes = segment.read();
        int limit = bytes.length - SegmentHeader.BYTES;
        long voidFrom = voidFrom(index);
        int at = SegmentHeader.BYTES;
        while (true) {
            int found = next(bytes, at, limit, header);
            if (found != at && brokenFile == null) {
                brokenFile = segment.file;
                brokenAt = at;
            }
            if (found < 0) {
                return true;
            }
            long sequence = RecordHeader.sequence(bytes, found);
            if (sequence >= voidFrom) {
                segment.inDoubt = true;
                return true;
            }
            int end = RecordHeader.end(bytes, found);
            if (sequence > expected) {
                if (promised < expected) {
                    lookAhead(index, found);
                }
                if (promised < expected) {
                    segments.subList(index, segments.size()).forEach(rest -> rest.inDoubt = true);
                    return false;
                }
                missing(sequence);
            }
            promised = Math.max(promised, RecordHeader.forced(bytes, found));
            segment.lastSequence = sequence;
            segment.end = end;
            brokenFile = null;
            if (sequence == expected) {
                visitor.visit(RecordHeader.record(segment.file, bytes, found));
                backlog.add(end - found);
                expected++;
            }
            at = end;
        }
    }

    /** Offset of the first whole record at or after {@code at}, or -1. */
    private int next(byte[] bytes, int at, int limit, SegmentHeader header) {
        for (int offset = at; offset <= limit - RecordHeader.BYTES; offset += 8) {
            if (format.isRecord(bytes, offset, limit, header)) {
                return offset;
            }
        }
        return -1;
    }

    private void missing(long upTo) {
        long last = upTo - 1;
        Path file = brokenFile;
        damage.add(new Damage(
                file == null ? requireNonNull(segments.getFirst().file.getParent()) : file,
                file == null ? 0 : brokenAt,
                (last == expected ? "log record " + last : "log records " + expected + " to " + last)
                        + ", which had been stored, cannot be read"));
        backlog.skipTo(upTo);
        expected = upTo;
    }

    /** Takes note of what the records from this place on say was forced. */
    private void lookAhead(int index, int at) throws IOException {
        int from = at;
        for (Segment segment : segments.subList(index, segments.size())) {
            SegmentHeader header = header(segment);
            byte[] bytes = segment.read();
            int limit = bytes.length - SegmentHeader.BYTES;
            for (int offset = next(bytes, from, limit, header);
                    offset >= 0;
                    offset = next(bytes, RecordHeader.end(bytes, offset), limit, header)) {
                promised = Math.max(promised, RecordHeader.forced(bytes, offset));
            }
            from = SegmentHeader.BYTES;
        }
    }

    private long voidFrom(int index) {
        long first = Long.MAX_VALUE;
        for (Segment later : segments.subList(index + 1, segments.size())) {
            first = Math.min(first, header(later).firstSequence());
        }
        return first;
    }

    static SegmentHeader header(Segment segment) {
        SegmentHeader header = segment.header;
        if (header == null) {
            throw new IllegalStateException(segment.file + " is not in use");
        }
        return header;
    }
}

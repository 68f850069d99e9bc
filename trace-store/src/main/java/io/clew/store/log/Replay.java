package io.clew.store.log;

import static java.util.Objects.requireNonNull;

import io.clew.store.Damage;
import java.io.IOException;
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
    private final List<LogDamage> damage;
    private final LogDamage.Listener losses;
    private final RecordHeader format = new RecordHeader();

    /** The sequence wanted next. */
    private long expected;
    /** The largest sequence that anything read so far says was forced. */
    private long promised;
    /** Where reading broke off since the last record replayed; null when it did not. */
    private @Nullable Segment broken;

    private long brokenAt;
    /** Bytes passed over since then, as far as they were records. */
    private long brokenBytes;
    /** Whether the header of a record stands where reading broke off, and the rest of it does not. */
    private boolean torn;

    private @Nullable Damage doubtful;
    /** What of them the disk does not give back: nobody knows whether it was a torn end. */
    private Segment.@Nullable Unreadable unreadable;

    Replay(
            List<Segment> segments,
            LogVisitor visitor,
            Backlog backlog,
            List<LogDamage> damage,
            LogDamage.Listener losses) {
        this.segments = segments;
        this.visitor = visitor;
        this.backlog = backlog;
        this.damage = damage;
        this.losses = losses;
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
        } else if (unreadable != null) {
            lose(LogDamage.unknown(new Damage(
                    requireNonNull(broken).file,
                    brokenAt,
                    "whatever log records stood from here on cannot be read: " + unreadable.why())));
        } else if (broken != null && (torn || !whole)) {
            broken.inDoubt = true;
            doubtful = new Damage(
                    broken.file,
                    brokenAt,
                    "bytes of log record " + expected + ", which is not whole"
                            + (whole ? "" : " and has others behind it")
                            + "; whether it was acknowledged is not known");
        }
        return expected - 1;
    }

    /** The largest sequence that is known to have been forced; later ones replayed may be in the page cache alone. */
    long promised() {
        return promised;
    }

    /** Where the log ends before something that may have been acknowledged or not; null when it ends cleanly. */
    @Nullable
    Damage doubtful() {
        return doubtful;
    }

    /** False when the log ends in this segment. */
    private boolean walk(int index) throws IOException {
        Segment segment = segments.get(index);
        SegmentHeader header = header(segment);
        byte[] bytes = segment.read();
        for (Segment.Unreadable gap : segment.unreadable) {
            damage.add(LogDamage.harmless(new Damage(
                    segment.file,
                    gap.from(),
                    gap.to() - gap.from() + " bytes of the log cannot be read: " + gap.why())));
            segment.inDoubt = true;
        }
        if (header.firstSequence() <= expected) {
            // Nothing is missing in the segments before: what stands behind their last records was never in use.
            onTrack();
        }
        int limit = bytes.length - SegmentHeader.BYTES;
        long voidFrom = voidFrom(index);
        int at = SegmentHeader.BYTES;
        while (true) {
            int found = next(bytes, at, limit, header);
            if (found != at) {
                passOver(segment, bytes, at, found, limit, voidFrom);
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
                if (promised < expected && unreadable == null) {
                    lookAhead(index, found);
                }
                if (promised < expected && unreadable == null) {
                    segments.subList(index, segments.size()).forEach(rest -> rest.inDoubt = true);
                    return false;
                }
                missing(sequence);
            }
            promised = Math.max(promised, RecordHeader.forced(bytes, found));
            segment.lastSequence = sequence;
            segment.end = end;
            onTrack();
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

    private void onTrack() {
        broken = null;
        brokenBytes = 0;
        torn = false;
        unreadable = null;
    }

    /** Notes that there is no record from {@code at} to {@code found}, or to the end of the segment when that is -1. */
    private void passOver(Segment segment, byte[] bytes, int at, int found, int limit, long voidFrom) {
        if (broken == null) {
            broken = segment;
            brokenAt = at;
        }
        if (found >= 0) {
            brokenBytes += found - at;
        } else if (format.isHeader(bytes, at, limit, header(segment))) {
            brokenBytes += Math.max(0, Math.min(RecordHeader.end(bytes, at), limit) - at);
            long sequence = RecordHeader.sequence(bytes, at);
            torn |= sequence >= expected && sequence < voidFrom;
        }
        // Where not even the header of a record stands, the segment ends, whatever cannot be read further behind.
        boolean mayGoOn = found >= 0 || format.isHeader(bytes, at, limit, header(segment));
        int end = found >= 0 ? found : mayGoOn ? limit : Math.min(limit, at + RecordHeader.BYTES);
        for (Segment.Unreadable gap : segment.unreadable) {
            if (unreadable == null && gap.overlaps(at, end)) {
                unreadable = gap;
            }
        }
    }

    private void missing(long upTo) throws IOException {
        long last = upTo - 1;
        Segment where = broken;
        Damage place = new Damage(
                where == null ? requireNonNull(segments.getFirst().file.getParent()) : where.file,
                where == null ? 0 : brokenAt,
                (last == expected ? "log record " + last : "log records " + expected + " to " + last)
                        + ", which had been stored, cannot be read");
        lose(new LogDamage(place, true, expected, upTo - expected, brokenBytes));
        backlog.skipTo(upTo);
        expected = upTo;
    }

    private void lose(LogDamage loss) throws IOException {
        damage.add(loss);
        if (broken != null) {
            broken.inDoubt = true;
        }
        losses.lost(loss);
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

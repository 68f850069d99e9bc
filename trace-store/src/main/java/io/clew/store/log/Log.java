package io.clew.store.log;

import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SourceRequest;
import io.clew.store.Damage;
import io.clew.store.files.CrashPoints;
import io.clew.store.files.DiskFullException;
import io.clew.store.files.FileHandle;
import io.clew.store.files.Files;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The write-ahead log: requests as they were received, in files ("segments") of a fixed, allocated size that are used
 * again once blocks cover their records. A log that was idle begins with a small one, so that it is small when idle. Order
 * of use: {@link #open}, {@link #replay} once, then {@link #append}, {@link #force} and {@link #release}. For one thread at
 * a time, which nobody interrupts; {@link #unflushedBytes}, {@link #lastSequence} and {@link #damage} may be called from
 * any. Over 500 lines because what holds below rests on append, force, release and replay together, and on one state.
 *
 * <h2>What holds</h2>
 *
 * <ul>
 *   <li>Sequences ascend by one from record to record, over restarts too.
 *   <li>A record appended before a {@link #force} that returned is replayed after any crash, exactly once, in order.
 *   <li>A failed append leaves the log as if it had not been called. What is in doubt is left behind in its segment, and
 *       the next append begins a new one.
 *   <li>A failed force takes back every record since the last good one: their sequences are given again, in a new
 *       segment whose header makes the old records void. Only when the process dies before that header is durable may
 *       such a record be replayed, and only if it is whole.
 *   <li>A crash may leave a torn tail: the log ends before the first record that is not whole, unless something that
 *       survived says that record had been forced. Then it is damage: {@link #damage} names file and offset, and what
 *       stands after it is still replayed.
 *   <li>A segment that something else deletes, empties or cuts off is damage too: {@link SegmentMark}, and the size in its
 *       header.
 *   <li>What replay found is forced before replay returns, so that it can be built on. What may never have been forced is
 *       written again first: after a force that failed the system takes pages for clean that are only in memory.
 * </ul>
 *
 * <h2>Format, version 1</h2>
 *
 * A segment is a file {@code NNNNNNNNNN.log} of 64 bytes of header, records, and a copy of the header in its last 64
 * bytes. The name is only a name; the header's number orders the segments. All numbers are little-endian.
 *
 * <pre>
 * header   0 "CLEWLOG\n"         record   0 "\nREC"
 *          8 version: int = 1             4 CRC32C of salt and bytes 8 to 63: int
 *         12 0: int                       8 CRC32C of refused positions and body: int
 *         16 number: long                12 body length in bytes: int
 *         24 salt: long, random          16 sequence: long
 *         32 first sequence: long        24 largest sequence then known forced: long
 *         40 largest sequence            32 receive time, epoch nanoseconds: long
 *            then known forced: long     40 limit applied, body bytes: int
 *         48 size of the file: long      44 limit applied, depth: int
 *         60 CRC32C of bytes 0 to 59     48 count of refused positions: int
 *                                        52 signal: byte, 1 = spans
 *                                        53 codec: byte      54 content encoding: byte, 0 identity 1 gzip 2 zstd
 *                                        55 0: byte          56 codec version: int      60 0: int
 *                                        64 refused positions: int each, ascending; then the body; then zeros
 *                                           to a multiple of 8
 * </pre>
 *
 * The salt is new with each use of a file, so bytes of an earlier use, or of a body made to look like a record, are
 * never taken for records. Records of lower-numbered segments with the first sequence of a header or a larger one are
 * void. Example: a segment whose salt is 1, with one record, sequence 7, of the body "hi" that came by codec 1:
 *
 * <pre>
 * 0000  43 4c 45 57 4c 4f 47 0a 01 00 00 00 00 00 00 00   CLEWLOG, version 1
 * 0010  03 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00   number 3, salt 1
 * 0020  07 00 00 00 00 00 00 00 06 00 00 00 00 00 00 00   first sequence 7, forced 6
 * 0030  00 00 04 00 00 00 00 00 00 00 00 00 73 82 d0 44   256 KiB, CRC32C
 * 0040  0a 52 45 43 34 e5 9c 32 c2 d9 9d f5 02 00 00 00   "\nREC", CRC32Cs, 2 bytes of body
 * 0050  07 00 00 00 00 00 00 00 06 00 00 00 00 00 00 00   sequence 7, forced 6
 * 0060  15 cd 5b 07 00 00 00 00 00 00 00 04 64 00 00 00   received at 123456789, limits 64 MiB and 100
 * 0070  00 00 00 00 01 01 00 00 01 00 00 00 00 00 00 00   none refused, spans, codec 1, identity, codec version 1
 * 0080  68 69 00 00 00 00 00 00                           "hi"
 * </pre>
 */
public final class Log implements Closeable {
    /** The signal of records that hold spans. */
    public static final byte SPANS = 1;

    private static final int[] NONE = new int[0];

    private final Files files;
    private final Path directory;
    private final LogSettings settings;
    private final Room room;
    private final SecureRandom salts = new SecureRandom();
    private final RecordHeader format = new RecordHeader();
    private final byte[] header = new byte[RecordHeader.BYTES];
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18).order(ByteOrder.LITTLE_ENDIAN);
    private final Backlog backlog = new Backlog();
    private final List<LogDamage> damage = new CopyOnWriteArrayList<>();

    /** Full or abandoned segments whose records are still needed, oldest first. */
    private final List<Segment> closed = new ArrayList<>();
    /** Files that may be used again. */
    private final List<Segment> free = new ArrayList<>();
    /** Files that something else took away; they are told of once. */
    private final List<Path> gone = new ArrayList<>();
    /** Segments written to since the last good force. */
    private final List<Segment> dirty = new ArrayList<>();

    private @Nullable Segment active;
    private long nextNumber = 1;
    /** Bytes the next segment gets unless a record needs more. */
    private int nextBytes;

    private volatile long last;
    private long forced;
    private boolean replayed;
    private volatile @Nullable Damage doubtful;
    /** A file that must not come back has been deleted, and the directory has not been forced since. */
    private boolean deletedForGood;

    private Log(Files files, Path directory, LogSettings settings, Room room) {
        this.files = files;
        this.directory = directory;
        this.settings = settings;
        this.room = room;
        this.nextBytes = settings.firstSegmentBytes();
    }

    /**
     * Finds the segments; makes the directory when there is none.
     *
     * @throws IOException naming the file, when one cannot be read or a newer version wrote it
     */
    public static Log open(Files files, Path directory, LogSettings settings) throws IOException {
        return open(files, directory, settings, () -> files.usableSpace(directory));
    }

    /** Tells how many bytes of the disk new segments may take. */
    public interface Room {
        long bytes() throws IOException;
    }

    /** As {@link #open(Files, Path, LogSettings)}, taking no more of the disk than {@code room} says. */
    public static Log open(Files files, Path directory, LogSettings settings, Room room) throws IOException {
        if (!files.exists(directory)) {
            files.createDirectories(directory);
            Path parent = directory.toAbsolutePath().getParent();
            if (parent != null) {
                files.forceDirectory(parent);
            }
        }
        Log log = new Log(files, directory, settings, room);
        try {
            // Files deleted before a crash must not come back later with numbers that are given again.
            files.forceDirectory(directory);
            for (Path file : files.list(directory)) {
                if (file.getFileName().toString().endsWith(".log")) {
                    log.find(file);
                } else if (SegmentMark.isMark(file) && !files.exists(SegmentMark.segment(file))) {
                    log.miss(SegmentMark.segment(file));
                }
            }
        } catch (Throwable failure) {
            log.close();
            throw failure;
        }
        log.closed.sort(Comparator.comparingLong(segment -> used(segment).number()));
        return log;
    }

    private void miss(Path segment) {
        numberOf(segment);
        damage.add(SegmentMark.gone(segment));
        gone.add(segment);
    }

    /** Sees to it that the number in the name is not given again. */
    private void numberOf(Path segment) {
        String name = segment.getFileName().toString();
        if (name.matches("\\d{10}\\.log")) {
            nextNumber = Math.max(nextNumber, Long.parseLong(name.substring(0, 10)) + 1);
        }
    }

    private void find(Path file) throws IOException {
        numberOf(file);
        long size = files.size(file);
        if (!Segment.isPossible(size)) {
            LogDamage impossible = Segment.impossible(files, file, size);
            if (impossible != null) {
                damage.add(impossible);
            } else {
                files.delete(file);
            }
            return;
        }
        Segment segment = new Segment(file, files.open(file, Files.Mode.READ_WRITE), size);
        boolean keep = false;
        try {
            if (segment.findHeader(damage)) {
                keep = true;
                nextNumber = Math.max(nextNumber, used(segment).number() + 1);
                closed.add(segment);
            } else if (segment.isUnused()) {
                // Allocated, never begun.
                keep = true;
                free.add(segment);
            }
        } finally {
            if (!keep) {
                segment.handle.close();
            }
        }
    }

    /**
     * Visits every record after {@code afterSequence}, in order, and gets ready to append. Sequences go on after the
     * last record or {@code afterSequence}, whichever is larger.
     *
     * @param afterSequence records up to this one are in blocks
     * @throws IOException when a segment cannot be opened or forced, or from the visitor; the log cannot be used then
     */
    public void replay(long afterSequence, LogVisitor visitor) throws IOException {
        replay(afterSequence, visitor, _ -> {});
    }

    /** As {@link #replay(long, LogVisitor)}, telling of records that are lost before their files are let go of. */
    public void replay(long afterSequence, LogVisitor visitor, LogDamage.Listener losses) throws IOException {
        if (replayed) {
            throw new IllegalStateException("the log was replayed already");
        }
        backlog.reset(afterSequence);
        for (LogDamage found : damage) {
            if (found.lost()) {
                losses.lost(found);
            }
        }
        for (Path segment : gone) {
            SegmentMark.clear(files, segment);
        }
        gone.clear();
        Replay replay = new Replay(closed, visitor, backlog, damage, losses);
        last = replay.run(afterSequence);
        doubtful = replay.doubtful();
        for (Iterator<Segment> all = closed.iterator(); all.hasNext(); ) {
            Segment segment = all.next();
            if (segment.lastSequence <= afterSequence) {
                all.remove();
                free.add(segment);
            } else {
                if (segment.lastSequence > replay.promised()) {
                    segment.rewrite();
                }
                segment.handle.force();
            }
        }
        forced = last;
        replayed = true;
        trim(afterSequence);
        mark(closed);
        mark(free);
    }

    /** Marks what a crash left without one. That can wait where it fails: nothing but the noticing of a loss rests on it. */
    private void mark(List<Segment> segments) {
        for (Segment segment : segments) {
            try {
                if (!SegmentMark.isSet(files, segment.file)) {
                    segment.handle.force();
                    SegmentMark.set(files, segment.file);
                }
            } catch (IOException later) {
                return;
            }
        }
    }

    /**
     * Writes one record, not yet durable. Only the request's own bytes are read, none are kept.
     *
     * @param signal {@link #SPANS}
     * @param codecVersion version of the decoder {@link SourceRequest#codec()} names
     * @return its sequence
     * @throws DiskFullException when there is no room for a segment; like any {@code IOException} it leaves the log as it
     *     was
     */
    public long append(byte signal, SourceRequest request, int codecVersion, DecodeLimits limits, Refusals refusals)
            throws IOException {
        if (!replayed) {
            throw new IllegalStateException("the log must be replayed before it is appended to");
        }
        int[] refused = refusals.count() == 0 ? NONE : refusals.positions();
        long bytes = RecordHeader.recordBytes(refused.length, request.length());
        Segment segment = active;
        if (segment == null || !segment.hasRoom(bytes)) {
            segment = begin(bytes);
        }
        if (!dirty.contains(segment)) {
            dirty.add(segment);
        }
        long sequence = last + 1;
        format.encode(header, used(segment), sequence, forced, signal, request, codecVersion, limits, refused);
        try {
            write(segment, request, refused, bytes);
        } catch (Throwable failure) {
            segment.inDoubt = true;
            abandonActive();
            throw failure;
        }
        segment.end += bytes;
        segment.lastSequence = sequence;
        last = sequence;
        backlog.add(bytes);
        return sequence;
    }

    private void write(Segment segment, SourceRequest request, int[] refused, long bytes) throws IOException {
        long at = segment.end;
        buffer.clear().put(header);
        for (int position : refused) {
            if (buffer.remaining() < 4) {
                at = drain(segment, at);
            }
            buffer.putInt(position);
        }
        for (int done = 0; done < request.length(); ) {
            if (!buffer.hasRemaining()) {
                at = drain(segment, at);
            }
            int count = Math.min(buffer.remaining(), request.length() - done);
            buffer.put(request.bytes(), request.offset() + done, count);
            done += count;
        }
        if (buffer.remaining() < 8) {
            at = drain(segment, at);
        }
        while (at + buffer.position() < segment.end + bytes) {
            buffer.put((byte) 0);
        }
        drain(segment, at);
    }

    private long drain(Segment segment, long at) throws IOException {
        int count = buffer.flip().remaining();
        if (count > 0) {
            segment.handle.write(buffer, at);
        }
        buffer.clear();
        return at + count;
    }

    /**
     * Makes every record appended so far durable.
     *
     * @throws IOException when that failed: every record since the last good force is taken back
     */
    public void force() throws IOException {
        try {
            for (Segment segment : dirty) {
                segment.handle.force();
            }
        } catch (Throwable failure) {
            last = forced;
            backlog.cutTo(forced);
            for (Segment segment : dirty) {
                segment.lastSequence = Math.min(segment.lastSequence, forced);
                segment.inDoubt = true;
            }
            dirty.clear();
            abandonActive();
            for (Iterator<Segment> all = closed.iterator(); all.hasNext(); ) {
                Segment segment = all.next();
                if (isEmpty(segment)) {
                    all.remove();
                    deleteQuietly(segment);
                }
            }
            throw failure;
        }
        dirty.clear();
        forced = last;
    }

    /** The last sequence given, or the one {@link #replay} ended with; 0 in a new log. Any thread. */
    public long lastSequence() {
        return last;
    }

    /**
     * Says that blocks durably hold all records up to {@code coveredSequence}: segments with only such records are used
     * again or deleted.
     *
     * @param coveredSequence at most the last one forced
     * @throws IOException when a file could not be deleted; the log goes on without it, and the next release tries again
     */
    public void release(long coveredSequence) throws IOException {
        backlog.release(coveredSequence);
        for (Iterator<Segment> all = closed.iterator(); all.hasNext(); ) {
            Segment segment = all.next();
            if (segment.lastSequence <= coveredSequence) {
                all.remove();
                dirty.remove(segment);
                free.add(segment);
            }
        }
        trim(coveredSequence);
    }

    /**
     * Sees to it that no file used so far outlives its records: the segment being written is left, and every file is
     * deleted, never used again, by the {@link #release} that covers its last record. Before something is deleted from the
     * store, so that the log keeps no bytes of it.
     */
    public void retire() {
        closed.forEach(segment -> segment.inDoubt = true);
        free.forEach(segment -> segment.inDoubt = true);
        if (active != null) {
            active.inDoubt = true;
            abandonActive();
        }
    }

    /**
     * Whether a crash may bring back records that {@link #append} or {@link #force} took back. True as long as there is any
     * file that must not be used again, so not after a {@link #retire} and the {@link #release} of all there is.
     */
    public boolean mayBringBack() {
        return deletedForGood
                || closed.stream().anyMatch(segment -> segment.inDoubt)
                || free.stream().anyMatch(segment -> segment.inDoubt);
    }

    /** As {@link #retire()}, of one file: its bytes must stay as they are. */
    public void retire(Path file) {
        closed.stream().filter(segment -> segment.file.equals(file)).forEach(segment -> segment.inDoubt = true);
    }

    /** Deletes the files that wait to be used again, for the room they take. */
    public void shed() throws IOException {
        deleteFree(0, 0);
    }

    /** Bytes of log that hold records after {@code coveredSequence}. Any thread. */
    public long unflushedBytes(long coveredSequence) {
        return backlog.after(coveredSequence);
    }

    /** What was found damaged. Any thread. */
    public List<Damage> damage() {
        return damage.stream().map(LogDamage::place).toList();
    }

    /**
     * Where {@link #replay} found the log to end before something that may have been acknowledged or not, or null. Any
     * thread.
     */
    public @Nullable Damage doubtful() {
        return doubtful;
    }

    /** Closes the files; forces nothing. */
    @Override
    public void close() throws IOException {
        List<Segment> all = new ArrayList<>(closed);
        all.addAll(free);
        if (active != null) {
            all.add(active);
        }
        closed.clear();
        free.clear();
        dirty.clear();
        active = null;
        replayed = false;
        for (Segment segment : all) {
            segment.handle.close();
        }
    }

    private Segment begin(long recordBytes) throws IOException {
        long wanted = recordBytes + 2 * SegmentHeader.BYTES;
        while (nextBytes < wanted && nextBytes < settings.segmentBytes()) {
            nextBytes = larger(nextBytes);
        }
        long capacity = wanted <= nextBytes ? nextBytes : wanted + 4095 & ~4095L;
        if (capacity > Integer.MAX_VALUE - 8) {
            throw new IOException("a record of " + recordBytes + " bytes is too large for the log");
        }
        CrashPoints.at("log.before-roll");
        // Never the same number twice: the file of a failed attempt may come back after a power loss.
        long number = nextNumber++;
        Segment next = reusable(capacity);
        if (next == null) {
            next = create(affordable(capacity, wanted), number);
        }
        try {
            next.begin(new SegmentHeader(number, salts.nextLong(), last + 1, forced, next.capacity));
        } catch (Throwable failure) {
            // The header may be on the disk all the same, and voids what would now be appended to an older segment.
            abandonActive();
            deleteQuietly(next);
            throw failure;
        }
        CrashPoints.at("log.after-roll");
        Segment full = active;
        if (full != null) {
            closed.add(full);
        }
        active = next;
        nextBytes = larger(nextBytes);
        return next;
    }

    /** As large as is to be had, when there is not room for that much, but large enough for what is wanted. */
    private long affordable(long capacity, long wanted) throws IOException {
        long free = room.bytes();
        long affordable = capacity;
        while (affordable > free && affordable / 4 >= Math.max(wanted, settings.firstSegmentBytes())) {
            affordable /= 4;
        }
        if (affordable > free) {
            throw new DiskFullException(
                    directory, new IOException("a log segment takes " + affordable + " bytes, it may use " + free));
        }
        return affordable;
    }

    private int larger(int bytes) {
        return (int) Math.min(4L * bytes, settings.segmentBytes());
    }

    private @Nullable Segment reusable(long capacity) {
        for (Iterator<Segment> all = free.iterator(); all.hasNext(); ) {
            Segment segment = all.next();
            if (segment.capacity == capacity && !segment.inDoubt) {
                all.remove();
                return segment;
            }
        }
        return null;
    }

    private Segment create(long capacity, long number) throws IOException {
        Path file = directory.resolve(String.format(Locale.ROOT, "%010d.log", number));
        FileHandle handle = files.open(file, Files.Mode.CREATE_NEW);
        Segment segment = new Segment(file, handle, capacity);
        try {
            handle.preallocate(capacity);
            handle.force();
            files.forceDirectory(directory);
            SegmentMark.set(files, file);
            return segment;
        } catch (Throwable failure) {
            deleteQuietly(segment);
            throw failure;
        }
    }

    /** Appends no more to the active segment: what is behind its last record is in doubt. */
    private void abandonActive() {
        Segment segment = active;
        active = null;
        if (segment == null) {
            return;
        }
        if (isEmpty(segment)) {
            dirty.remove(segment);
            deleteQuietly(segment);
        } else {
            closed.add(segment);
        }
    }

    /** Deletes files that are not worth keeping; of an idle log all but one small one. */
    private void trim(long coveredSequence) throws IOException {
        Segment current = active;
        boolean idle = closed.isEmpty() && (current == null || current.lastSequence <= coveredSequence);
        if (idle) {
            nextBytes = settings.firstSegmentBytes();
            if (current != null && current.capacity != nextBytes) {
                active = null;
                dirty.remove(current);
                free.add(current);
            }
        }
        int size = idle ? settings.firstSegmentBytes() : settings.segmentBytes();
        deleteFree(size, !idle ? settings.spareSegments() : active == null ? 1 : 0);
    }

    /** Deletes the files that wait to be used again, but {@code keep} of this size that may be. */
    private void deleteFree(int size, int keep) throws IOException {
        int left = keep;
        IOException failure = null;
        for (Iterator<Segment> all = free.iterator(); all.hasNext(); ) {
            Segment segment = all.next();
            if (segment.capacity == size && !segment.inDoubt && left > 0) {
                left--;
                continue;
            }
            try {
                deletedForGood |= segment.inDoubt;
                segment.closeAndDelete(files);
                all.remove();
            } catch (IOException undeleted) {
                // Closed perhaps, so never used again.
                segment.inDoubt = true;
                failure = undeleted;
            }
        }
        if (failure != null) {
            throw failure;
        }
        if (deletedForGood) {
            files.forceDirectory(directory);
            deletedForGood = false;
        }
    }

    /** For a segment in no list. The failure that led here is being thrown; what cannot be deleted now is by {@link #trim}. */
    private void deleteQuietly(Segment segment) {
        deletedForGood = true;
        try {
            segment.closeAndDelete(files);
        } catch (IOException undeleted) {
            segment.inDoubt = true;
            free.add(segment);
        }
    }

    private static boolean isEmpty(Segment segment) {
        return segment.lastSequence < used(segment).firstSequence();
    }

    private static SegmentHeader used(Segment segment) {
        SegmentHeader header = segment.header;
        if (header == null) {
            throw new IllegalStateException(segment.file + " is not in use");
        }
        return header;
    }
}

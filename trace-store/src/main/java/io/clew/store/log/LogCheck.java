package io.clew.store.log;

import io.clew.store.Damage;
import io.clew.store.files.Files;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log as {@link Log#replay} would, and changes nothing. For one thread.
 *
 * @param records records after the covered sequence that can be replayed
 * @param promised largest sequence that something read says had been stored
 * @param unusable files of which no record can be read
 * @param damage places that are not as they were written, and what is lost by them
 * @param doubtful where the log ends before something that may have been acknowledged or not; null when it ends cleanly
 */
public record LogCheck(
        long records,
        long promised,
        List<Path> unusable,
        List<LogDamage> damage,
        @Nullable Damage doubtful) {

    /**
     * Visits every record after {@code afterSequence} that can be read.
     *
     * @throws IOException when a file cannot be opened, or a newer version wrote it
     */
    public static LogCheck read(Files files, Path directory, long afterSequence, LogVisitor visitor)
            throws IOException {
        List<LogDamage> damage = new ArrayList<>();
        List<Segment> segments = new ArrayList<>();
        List<Path> unusable = new ArrayList<>();
        long[] records = new long[1];
        long promised;
        Damage doubtful;
        try {
            for (Path file : files.exists(directory) ? files.list(directory) : List.<Path>of()) {
                if (SegmentMark.isMark(file) && !files.exists(SegmentMark.segment(file))) {
                    damage.add(SegmentMark.gone(SegmentMark.segment(file)));
                    continue;
                }
                int before = damage.size();
                Segment segment = file.getFileName().toString().endsWith(".log") ? find(files, file, damage) : null;
                if (segment != null) {
                    segments.add(segment);
                } else if (damage.size() > before) {
                    unusable.add(file);
                }
            }
            segments.sort(
                    Comparator.comparingLong(segment -> Replay.header(segment).number()));
            LogVisitor counting = found -> {
                records[0]++;
                visitor.visit(found);
            };
            Replay replay = new Replay(segments, counting, new Backlog(), damage, _ -> {});
            promised = Math.max(replay.run(afterSequence), replay.promised());
            doubtful = replay.doubtful();
        } finally {
            for (Segment segment : segments) {
                segment.handle.close();
            }
        }
        return new LogCheck(records[0], promised, List.copyOf(unusable), List.copyOf(damage), doubtful);
    }

    private static @Nullable Segment find(Files files, Path file, List<LogDamage> damage) throws IOException {
        long size = files.size(file);
        if (!Segment.isPossible(size)) {
            LogDamage impossible = Segment.impossible(files, file, size);
            if (impossible != null) {
                damage.add(impossible);
            }
            return null;
        }
        Segment segment = new Segment(file, files.open(file, Files.Mode.READ), size);
        boolean used = false;
        try {
            used = segment.findHeader(damage);
        } finally {
            if (!used) {
                segment.handle.close();
            }
        }
        return used ? segment : null;
    }
}

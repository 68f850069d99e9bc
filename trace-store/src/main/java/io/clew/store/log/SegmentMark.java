package io.clew.store.log;

import static java.util.Objects.requireNonNull;

import io.clew.store.Damage;
import io.clew.store.files.FileHandle;
import io.clew.store.files.Files;
import java.io.IOException;
import java.nio.file.Path;

/**
 * An empty file {@code NNNNNNNNNN.made} beside {@code NNNNNNNNNN.log}: the segment is on the disk in its full size, and the
 * log has not deleted it. It is made, durably, after that is so, and taken away, durably, before the segment is deleted. So
 * whatever a crash leaves, a mark without its segment, or beside an empty one, says that something else took the segment
 * away. It has no content that could be damaged and takes no room on a full disk.
 */
public final class SegmentMark {
    private static final String SUFFIX = ".made";

    private SegmentMark() {}

    static boolean isMark(Path file) {
        return file.getFileName().toString().matches("\\d{10}\\" + SUFFIX);
    }

    private static Path of(Path segment) {
        String name = segment.getFileName().toString();
        return segment.resolveSibling(name.substring(0, name.lastIndexOf('.')) + SUFFIX);
    }

    /** The segment that a mark tells of. */
    static Path segment(Path mark) {
        String name = mark.getFileName().toString();
        return mark.resolveSibling(name.substring(0, name.length() - SUFFIX.length()) + ".log");
    }

    static boolean isSet(Files files, Path segment) {
        return files.exists(of(segment));
    }

    /** Of a segment that is on the disk, and so is its name. */
    static void set(Files files, Path segment) throws IOException {
        if (!isSet(files, segment)) {
            try (FileHandle _ = files.open(of(segment), Files.Mode.CREATE_NEW)) {
                files.forceDirectory(requireNonNull(segment.getParent()));
            }
        }
    }

    /** To be called before the segment is deleted; may be called again after it failed. Other files have no mark. */
    public static void clear(Files files, Path segment) throws IOException {
        if (isSet(files, segment)) {
            files.delete(of(segment));
            files.forceDirectory(requireNonNull(segment.getParent()));
        }
    }

    /** What says that a marked segment is not there. */
    static LogDamage gone(Path segment) {
        return LogDamage.unknown(new Damage(
                segment, 0, "a log segment: it is not there, and whether log records stood in it is not known"));
    }
}

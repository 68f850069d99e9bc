package io.clew.analysis;

import io.clew.analysis.cell.Cell;
import io.clew.model.TraceId;
import io.clew.model.TraceIds;
import io.clew.store.Moment;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The traces that notes tell of, and the minutes in which they may have been anchored since the first of these notes. Nearly
 * all begin and end within one minute, which is known without reading a span; of the others all starts are read.
 */
final class NotedTraces implements Snapshot.PeriodVisitor {
    private static final long UNKNOWN = Long.MAX_VALUE;
    private static final long SEVERAL = Long.MAX_VALUE - 1;

    private final TraceIds ids = new TraceIds();
    private long[] receivedAt = new long[64];
    private long[] minute = new long[64];

    private NotedTraces(List<ArrivalNotes.Note> notes) {
        for (ArrivalNotes.Note note : notes) {
            for (int i = 0; i < note.ids().length; i += 2) {
                add(note.ids()[i], note.ids()[i + 1], note.receivedAt());
            }
        }
    }

    /** The minutes that the notes may have changed; the snapshot must have all they tell of. */
    static Set<Long> minutes(List<ArrivalNotes.Note> notes, Snapshot snapshot, ReadControl control) {
        return new NotedTraces(notes).minutes(snapshot, control);
    }

    /**
     * The minutes that traces which came after a moment may have changed.
     *
     * @return null when that cannot be told
     */
    static @Nullable Set<Long> since(Moment moment, Snapshot snapshot, ReadControl control) {
        Set<Long> minutes = new TreeSet<>();
        Since since = new Since(snapshot, control, minutes);
        if (!snapshot.arrivedSince(moment, since, control)) {
            return null;
        }
        since.read();
        return minutes;
    }

    /** Traces of which all minutes count, since nobody knows which spans came after; many at a time. */
    private static final class Since implements Snapshot.TraceVisitor {
        private static final int AT_ONCE = 1 << 16;

        private final Snapshot snapshot;
        private final ReadControl control;
        private final Set<Long> minutes;
        private NotedTraces traces = new NotedTraces(List.of());

        private Since(Snapshot snapshot, ReadControl control, Set<Long> minutes) {
            this.snapshot = snapshot;
            this.control = control;
            this.minutes = minutes;
        }

        @Override
        public void trace(long high, long low) {
            traces.add(high, low, Long.MIN_VALUE);
            if (traces.ids.size() == AT_ONCE) {
                read();
            }
        }

        private void read() {
            minutes.addAll(traces.minutes(snapshot, control));
            traces = new NotedTraces(List.of());
        }
    }

    /**
     * Adds the minutes in which spans of these traces start; the snapshot is closed.
     *
     * @return false when some of the traces cannot be read: then nobody knows which minutes they were in
     */
    static boolean readMinutes(Snapshot taken, Collection<TraceId> ids, Set<Long> minutes) {
        ReadControl control = ReadControl.unbounded();
        try (Snapshot snapshot = taken) {
            snapshot.starts(TraceIds.of(ids), (_, start, _) -> minutes.add(Cell.minuteOf(start)), control);
            return control.missed().isEmpty();
        } catch (RuntimeException unreadable) {
            return false;
        }
    }

    private void add(long high, long low, long received) {
        int known = ids.size();
        int trace = ids.add(high, low);
        if (trace < known) {
            receivedAt[trace] = Math.min(receivedAt[trace], received);
            return;
        }
        if (trace == receivedAt.length) {
            receivedAt = Arrays.copyOf(receivedAt, 2 * trace);
            minute = Arrays.copyOf(minute, 2 * trace);
        }
        receivedAt[trace] = received;
        minute[trace] = UNKNOWN;
    }

    @Override
    public void period(int trace, long first, long last) {
        long begins = Cell.minuteOf(first);
        boolean one = begins == Cell.minuteOf(last) && (minute[trace] == UNKNOWN || minute[trace] == begins);
        minute[trace] = one ? begins : SEVERAL;
    }

    private Set<Long> minutes(Snapshot snapshot, ReadControl control) {
        snapshot.startPeriods(ids, this, control);
        Set<Long> minutes = new TreeSet<>();
        TraceIds wide = new TraceIds();
        long last = UNKNOWN;
        for (int trace = 0; trace < ids.size(); trace++) {
            if (minute[trace] == SEVERAL) {
                wide.add(ids.high(trace), ids.low(trace));
            } else if (minute[trace] != UNKNOWN && minute[trace] != last) {
                last = minute[trace];
                minutes.add(last);
            }
        }
        readStarts(wide, snapshot, minutes, control);
        return minutes;
    }

    private void readStarts(TraceIds wide, Snapshot snapshot, Set<Long> minutes, ReadControl control) {
        if (wide.size() == 0) {
            return;
        }
        Anchors[] anchors = new Anchors[wide.size()];
        for (int i = 0; i < anchors.length; i++) {
            anchors[i] = new Anchors(receivedAt[ids.find(wide.high(i), wide.low(i))]);
        }
        snapshot.starts(wide, (trace, start, received) -> anchors[trace].add(Cell.minuteOf(start), received), control);
        for (Anchors trace : anchors) {
            trace.forEach(minutes::add);
        }
    }
}

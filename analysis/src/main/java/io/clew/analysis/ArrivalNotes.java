package io.clew.analysis;

import io.clew.model.SpanBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which traces have got spans since they were last asked for, up to a number; and whether all is noted that was under way
 * when {@link #flip} was called last. Thread-safe; nothing waits.
 */
final class ArrivalNotes {
    /** Traces remembered; when there are more, none are. */
    private static final int MOST = 1 << 20;

    private List<Note> notes = new ArrayList<>();
    private int noted;
    private boolean tooMany;
    /** Arrivals under way that began before the last flip and after it, by turns. */
    private final int[] underWay = new int[2];

    private int turn;

    /**
     * Traces of one request.
     *
     * @param ids upper and lower half by turns
     * @param receivedAt when its first span was received, epoch nanoseconds
     */
    record Note(long[] ids, long receivedAt) {}

    /** The traces of a batch; one may come several times. */
    static Note of(SpanBatch batch) {
        int spans = batch.spanCount();
        long[] ids = new long[2 * spans];
        int at = 0;
        long receivedAt = Long.MAX_VALUE;
        for (int row = 0; row < spans; row++) {
            long high = batch.traceIdHigh(row);
            long low = batch.traceIdLow(row);
            if (at == 0 || ids[at - 1] != low || ids[at - 2] != high) {
                ids[at++] = high;
                ids[at++] = low;
            }
            receivedAt = Math.min(receivedAt, batch.receiveTime(row));
        }
        return new Note(Arrays.copyOf(ids, at), receivedAt);
    }

    /** An arrival begins; what it returns is to be handed to {@link #end}. */
    synchronized int begin() {
        underWay[turn]++;
        return turn;
    }

    /** An arrival has ended, its spans are stored or not. */
    synchronized void end(int begun, Note note, boolean stored) {
        underWay[begun]--;
        if (stored) {
            add(note);
        }
    }

    /** To be called only when nothing is under way that began before the last call. */
    synchronized void flip() {
        turn = 1 - turn;
    }

    private void add(Note note) {
        int traces = note.ids.length / 2;
        if (noted + traces > MOST) {
            forget();
        } else if (!tooMany) {
            notes.add(note);
            noted += traces;
        }
    }

    /**
     * What was noted.
     *
     * @param tooMany it was more than is remembered, and there are no notes
     * @param flipped whether all is noted, in these notes or before, that began before the last flip
     */
    record Taken(List<Note> notes, boolean tooMany, boolean flipped) {}

    /** What was noted since the last call. */
    synchronized Taken take() {
        Taken taken = new Taken(notes, tooMany, underWay[1 - turn] == 0);
        notes = new ArrayList<>();
        noted = 0;
        tooMany = false;
        return taken;
    }

    /** Notes once more what was taken. */
    synchronized void putBack(Taken taken) {
        if (taken.tooMany) {
            forget();
        } else {
            taken.notes.forEach(this::add);
        }
    }

    private void forget() {
        tooMany = true;
        notes = new ArrayList<>();
        noted = 0;
    }
}

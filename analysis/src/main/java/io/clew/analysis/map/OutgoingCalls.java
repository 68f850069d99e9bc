package io.clew.analysis.map;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.trace.CellWords;
import io.clew.analysis.trace.SpanAttributes;
import io.clew.analysis.trace.TraceView;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one trace, each once, with what was called, as the matrix of {@link ServiceMap} counts them. Reusable; not
 * thread-safe.
 */
public final class OutgoingCalls {
    private static final String[] KINDS = {"service", "database", "cache", "queue", "external"};

    private final SpanAttributes attributes = new SpanAttributes();
    private final CallGraph calls = new CallGraph(attributes);
    private final Peer peer = new Peer(attributes);
    /** Has no tables: only its words are used. */
    private final Cell cell = new Cell(List.of(), 0);

    private final CellWords words = new CellWords(cell);
    private int epoch;
    private @Nullable String[] texts = {};

    /** Takes the calls of a trace. */
    public interface Visitor {
        /**
         * A call.
         *
         * @param span the span in which it arrived, or, when nobody answered it, the one that sent it
         * @param kind service, database, cache, queue or external
         * @param system such as mysql or kafka; empty for a service
         * @param name of the service, database, queue or host; may be empty
         * @param operation of a service; of a database the table or else the operation, of a cache the operation (either may be
         *     missing, then it is empty), of others the span's name
         */
        void call(int span, String kind, String system, String name, String operation);
    }

    /** Gives every call of a trace, in order of its spans' numbers. */
    public void visit(TraceView trace, Visitor visitor) {
        cell.tidy();
        if (epoch != cell.epoch()) {
            epoch = cell.epoch();
            Arrays.fill(texts, null);
        }
        words.bind(trace.spans(), cell);
        calls.bind(trace, words);
        for (int i = 0; i < trace.size(); i++) {
            int row = trace.row(i);
            if (calls.arrives(i)) {
                int service = words.service(trace.spans().resource(row));
                int name = words.word(trace.spans().name(row));
                visitor.call(i, KINDS[ServiceMap.SERVICE], "", text(service), text(name));
            }
            if (calls.reachesOut(i) && peer.read(trace.spans(), row, words) && !calls.receives(i)) {
                visitor.call(i, KINDS[peer.kind], text(peer.system), text(peer.name), text(peer.operation(row, words)));
            }
        }
    }

    private String text(int word) {
        if (word >= texts.length) {
            texts = Arrays.copyOf(texts, Math.max(word + 1, 2 * texts.length));
        }
        String text = texts[word];
        if (text == null) {
            text = cell.text(word);
            texts[word] = text;
        }
        return text;
    }
}

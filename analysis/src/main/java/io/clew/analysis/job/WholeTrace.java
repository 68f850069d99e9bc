package io.clew.analysis.job;

import io.clew.analysis.trace.SpanAttributes;
import io.clew.analysis.trace.TraceView;
import io.clew.model.AttributeTable;
import io.clew.model.ByteDictionary;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.model.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All spans of one trace as a job sees them. It and its {@link Span spans} are used again for the next trace: they are valid
 * during the call they were given for, and what is kept must be read out of them. Texts are decoded when asked for and
 * once only, so that asking often costs nothing. Not thread-safe.
 */
public final class WholeTrace {
    private static final Comparator<Span> ORDER = WholeTrace::compare;

    private final TraceView view = new TraceView();
    private final SpanAttributes attributes = new SpanAttributes();
    private SpanBatch batch = view.spans();
    private int generation = -1;
    private int texts;
    private @Nullable String[] decoded = {};
    private final Map<String, Integer> keys = new HashMap<>();
    /** By number in the view; and the same in order. */
    private Span[] handles = {};

    private Span[] ordered = {};
    private boolean linked;
    private int[] firstChild = {};
    private int[] nextSibling = {};
    private int boundRow = -1;

    /** Turns to a trace: {@code rows[from]} to {@code rows[to - 1]} of the batch are all its spans, at least one. */
    WholeTrace bind(SpanBatch spans, int[] rows, int from, int to) {
        if (batch != spans
                || generation != spans.generation()
                || texts > spans.dictionary().size()) {
            Arrays.fill(decoded, 0, Math.min(texts, decoded.length), null);
            keys.clear();
        } else if (texts != spans.dictionary().size()) {
            keys.clear();
        }
        batch = spans;
        generation = spans.generation();
        texts = spans.dictionary().size();
        if (decoded.length < texts) {
            decoded = Arrays.copyOf(decoded, Math.max(texts, 2 * decoded.length));
        }
        view.bind(spans, rows, from, to);
        int size = view.size();
        if (handles.length < size) {
            int before = handles.length;
            handles = Arrays.copyOf(handles, Math.max(size, 2 * before));
            for (int i = before; i < handles.length; i++) {
                handles[i] = new Span(this, i);
            }
            ordered = new Span[handles.length];
        }
        System.arraycopy(handles, 0, ordered, 0, size);
        Arrays.sort(ordered, 0, size, ORDER);
        linked = false;
        boundRow = -1;
        return this;
    }

    private static int compare(Span a, Span b) {
        SpanBatch spans = a.trace().batch;
        int left = a.row();
        int right = b.row();
        int order = Long.compareUnsigned(key(spans, left), key(spans, right));
        if (order == 0) {
            order = Long.compareUnsigned(spans.spanId(left), spans.spanId(right));
        }
        if (order == 0) {
            order = Integer.compare(spans.kind(left), spans.kind(right));
        }
        if (order == 0) {
            order = Long.compareUnsigned(spans.end(left), spans.end(right));
        }
        return order == 0 ? a.name().compareTo(b.name()) : order;
    }

    /** The start, as an unsigned number: those without a valid one come last. */
    private static long key(SpanBatch spans, int row) {
        return spans.validStart(row) ? spans.start(row) : -1;
    }

    public TraceId id() {
        return batch.traceId(view.row(0));
    }

    /** The smallest valid start of its spans, epoch nanoseconds; {@link SpanBatch#NO_TIME} when there is none. */
    public long start() {
        return view.start();
    }

    /** The largest valid end or start of its spans, epoch nanoseconds; {@link SpanBatch#NO_TIME} when there is none. */
    public long end() {
        long end = SpanBatch.NO_TIME;
        for (int i = 0; i < view.size(); i++) {
            int row = view.row(i);
            end = Math.max(end, batch.validStart(row) ? batch.start(row) : end);
            end = Math.max(end, batch.validEnd(row) ? batch.end(row) : end);
        }
        return end;
    }

    /** How many spans it has. */
    public int size() {
        return view.size();
    }

    /** Its spans by start, those without a valid start last. */
    public List<Span> spans() {
        return Collections.unmodifiableList(Arrays.asList(ordered).subList(0, view.size()));
    }

    /** The spans that have no stored parent, by start: usually one. */
    public List<Span> roots() {
        List<Span> roots = new ArrayList<>();
        for (Span span : spans()) {
            if (span.parent() == null) {
                roots.add(span);
            }
        }
        return roots;
    }

    /** The first of the {@link #roots}. */
    public Span root() {
        return roots().getFirst();
    }

    /** The columns the spans stand in, for whoever needs more than spans tell or more speed. */
    public TraceView view() {
        return view;
    }

    /** The service of the span with this number in the {@link #view}. */
    public String serviceOf(int number) {
        return handles[number].service();
    }

    /** The name of the span with this number in the {@link #view}. */
    public String nameOf(int number) {
        return handles[number].name();
    }

    SpanBatch batch() {
        return batch;
    }

    Span handle(int number) {
        return handles[number];
    }

    List<Span> children(int parent) {
        if (!linked) {
            link();
        }
        List<Span> children = new ArrayList<>();
        for (int child = firstChild[parent]; child >= 0; child = nextSibling[child]) {
            children.add(handles[child]);
        }
        return children;
    }

    private void link() {
        int size = view.size();
        if (firstChild.length < size) {
            firstChild = new int[handles.length];
            nextSibling = new int[handles.length];
        }
        Arrays.fill(firstChild, 0, size, -1);
        for (int i = size - 1; i >= 0; i--) {
            int child = ordered[i].number();
            int parent = view.parent(child);
            if (parent >= 0) {
                nextSibling[child] = firstChild[parent];
                firstChild[parent] = child;
            }
        }
        linked = true;
    }

    /** The attributes under every name they have had, of this row. */
    SpanAttributes attributes(int row) {
        if (boundRow != row) {
            attributes.bind(batch, row);
            boundRow = row;
        }
        return attributes;
    }

    String text(int id) {
        if (id == 0) {
            return "";
        }
        String text = decoded[id];
        if (text == null) {
            text = batch.dictionary().text(id);
            decoded[id] = text;
        }
        return text;
    }

    /** The owner's entry with this key, or -1. */
    int entry(AttributeTable table, int owner, String key) {
        Integer id = keys.get(key);
        if (id == null) {
            ByteDictionary dictionary = batch.dictionary();
            id = dictionary.find(key.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            keys.put(key, id);
        }
        return id < 0 ? -1 : table.find(owner, id);
    }

    /** The value as text; null when it is absent, empty, or not of a plain type. */
    @Nullable
    String text(AttributeTable table, int entry) {
        if (entry < 0) {
            return null;
        }
        long value = table.value(entry);
        return switch (table.type(entry)) {
            case ValueType.STRING -> text((int) value);
            case ValueType.INT -> Long.toString(value);
            case ValueType.BOOL -> Boolean.toString(value != 0);
            case ValueType.DOUBLE -> Double.toString(Double.longBitsToDouble(value));
            default -> null;
        };
    }
}

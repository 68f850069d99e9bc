package io.clew.analysis;

import static java.util.Objects.requireNonNull;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.Table;
import io.clew.analysis.cell.TableShape;
import io.clew.model.SourceProtocol;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.model.TraceId;
import io.clew.model.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Traces written down span by span, folded, and their rows as lines of text. Times are milliseconds after {@link #T0}. */
public final class TestTraces {
    /** A whole minute, epoch nanoseconds. */
    public static final long T0 = 1_700_000_040_000_000_000L;

    private static final long MILLI = 1_000_000;

    private final Fold fold = new Fold();
    private SpanBatch batch = new SpanBatch();
    private final Map<String, Integer> resources = new HashMap<>();
    private long trace;

    /** All rows of a batch. */
    public static int[] rows(SpanBatch spans) {
        return java.util.stream.IntStream.range(0, spans.spanCount()).toArray();
    }

    /** Ends the trace before and begins another. */
    public TestTraces trace() {
        end();
        trace++;
        return this;
    }

    private void end() {
        if (batch.spanCount() > 0) {
            fold.add(batch, rows(batch), 0, batch.spanCount());
            batch = new SpanBatch();
            resources.clear();
        }
    }

    /** Adds a span; {@code attributes} are keys and values in turn, values text or Integer. */
    public TestTraces span(
            long id,
            long parent,
            String service,
            String name,
            SpanKind kind,
            long start,
            long end,
            Object... attributes) {
        int resource = resources.computeIfAbsent(service, this::resource);
        if (batch.scopeCount() == 0) {
            batch.beginScope();
        }
        int row = batch.beginSpan(resource, 0, T0, SourceProtocol.NONE);
        batch.setTraceId(row, 7, trace);
        batch.setSpanId(row, id);
        batch.setParentSpanId(row, parent);
        batch.setName(row, batch.dictionary().intern(name));
        batch.setKind(row, kind.code());
        batch.setStart(row, T0 + start * MILLI);
        batch.setEnd(row, T0 + end * MILLI);
        for (int i = 0; i < attributes.length; i += 2) {
            int key = batch.dictionary().intern((String) attributes[i]);
            if (attributes[i + 1] instanceof Integer number) {
                batch.spanAttributes().add(key, ValueType.INT, number);
            } else {
                batch.spanAttributes()
                        .add(key, ValueType.STRING, batch.dictionary().intern((String) attributes[i + 1]));
            }
        }
        return this;
    }

    private int resource(String service) {
        int row = batch.beginResource();
        String[] parts = service.split("/", 2);
        batch.resourceAttributes()
                .add(
                        batch.dictionary().intern("service.name"),
                        ValueType.STRING,
                        batch.dictionary().intern(parts[0]));
        if (parts.length > 1) {
            batch.resourceAttributes()
                    .add(
                            batch.dictionary().intern("service.instance.id"),
                            ValueType.STRING,
                            batch.dictionary().intern(parts[1]));
        }
        return row;
    }

    /** Gives the newest span status error. */
    public TestTraces failed() {
        batch.setStatusCode(batch.spanCount() - 1, StatusCode.ERROR.code());
        return this;
    }

    /** Gives the newest span a link to a span of its own trace, or of another. */
    public TestTraces link(long toTrace, long spanId) {
        int link = batch.beginLink();
        batch.setLinkTraceId(link, 7, toTrace);
        batch.setLinkSpanId(link, spanId);
        return this;
    }

    public TraceId id() {
        return new TraceId(7, trace);
    }

    /** The cell of the minute of {@link #T0}. */
    public Cell cell() {
        end();
        return requireNonNull(fold.cells().get(Cell.minuteOf(T0)));
    }

    public Fold fold() {
        end();
        return fold;
    }

    /** The rows of a table: key, its parts joined by a bar, and then a number of sums. */
    public Map<String, List<Long>> rows(int table) {
        return rows(cell().table(table));
    }

    public static Map<String, List<Long>> rows(Table table) {
        Map<String, List<Long>> rows = new TreeMap<>();
        for (int i = 0; i < table.size(); i++) {
            StringBuilder key = new StringBuilder();
            for (int part = 0; part < table.shape().keys().size(); part++) {
                key.append(part == 0 ? "" : "|")
                        .append(
                                table.shape().keys().get(part) == TableShape.Part.NUMBER
                                        ? String.valueOf(table.number(i, part))
                                        : table.text(i, part));
            }
            List<Long> sums = new ArrayList<>();
            for (int sum = 0; sum < table.shape().sums(); sum++) {
                sums.add(table.row(i).sum(sum));
            }
            rows.put(key.toString(), sums);
        }
        return rows;
    }

    /** The row of a key as {@link #rows} writes it. */
    public static io.clew.analysis.cell.Row row(Table table, String key) {
        List<String> keys = new ArrayList<>(rows(table).keySet());
        for (int i = 0; i < table.size(); i++) {
            StringBuilder one = new StringBuilder();
            for (int part = 0; part < table.shape().keys().size(); part++) {
                one.append(part == 0 ? "" : "|")
                        .append(
                                table.shape().keys().get(part) == TableShape.Part.NUMBER
                                        ? String.valueOf(table.number(i, part))
                                        : table.text(i, part));
            }
            if (one.toString().equals(key)) {
                return table.row(i);
            }
        }
        throw new AssertionError("no row " + key + " among " + keys);
    }
}

package io.clew.analysis.map;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An independent count of the calls between services in OTLP requests without span kinds: reads the protobuf bytes by
 * itself and uses nothing of Clew. Equal span records of equal resources count once; a span whose parent (by id, within its
 * trace) belongs to another service is one call.
 */
public final class EdgesFromBytes {
    private record SpanRecord(ByteBuffer resource, ByteBuffer bytes) {}

    private record Parsed(String service, String name, String parent, boolean error, long start, long end) {}

    private final Set<SpanRecord> distinct = new HashSet<>();
    private final Map<String, Map<String, List<Parsed>>> traces = new HashMap<>();

    /** Adds a request: an ExportTraceServiceRequest, uncompressed. */
    public void add(byte[] request) {
        fields(ByteBuffer.wrap(request), (field, resourceSpans) -> {
            ByteBuffer[] resource = {ByteBuffer.allocate(0)};
            fields(resourceSpans.duplicate(), (f, value) -> {
                if (f == 1) {
                    resource[0] = value;
                }
            });
            String service = attribute(resource[0], 1, "service.name");
            fields(resourceSpans.duplicate(), (f, scopeSpans) -> {
                if (f == 2) {
                    fields(scopeSpans.duplicate(), (g, span) -> {
                        if (g == 2 && distinct.add(new SpanRecord(resource[0].duplicate(), span.duplicate()))) {
                            span(service, span);
                        }
                    });
                }
            });
        });
    }

    private void span(String service, ByteBuffer bytes) {
        String[] ids = new String[5];
        String[] name = {""};
        long[] times = new long[2];
        boolean[] error = {false};
        fields(bytes.duplicate(), (field, value) -> {
            switch (field) {
                case 1, 2, 4 -> ids[field] = hex(value);
                case 5 -> name[0] = text(value);
                case 7, 8 ->
                    times[field - 7] = value.order(ByteOrder.LITTLE_ENDIAN).getLong(value.position());
                case 15 -> fields(value.duplicate(), (f, code) -> error[0] |= f == 3 && code.get(code.position()) == 2);
                default -> {}
            }
        });
        traces.computeIfAbsent(ids[1], _ -> new HashMap<>())
                .computeIfAbsent(ids[2], _ -> new ArrayList<>())
                .add(new Parsed(service, name[0], ids[4], error[0], times[0], times[1]));
    }

    /** "caller callee" to calls, calls in error at the callee, nanoseconds at the callee. */
    Map<String, List<Long>> edges() {
        Map<String, List<Long>> edges = new TreeMap<>();
        for (Map<String, List<Parsed>> trace : traces.values()) {
            for (List<Parsed> spans : trace.values()) {
                for (Parsed span : spans) {
                    List<Parsed> parents = span.parent == null ? List.of() : trace.getOrDefault(span.parent, List.of());
                    if (parents.size() > 1) {
                        throw new AssertionError("two spans have the id of a parent: which one is not defined here");
                    }
                    if (!parents.isEmpty() && !parents.getFirst().service.equals(span.service)) {
                        edges.merge(
                                parents.getFirst().service + " " + span.service,
                                List.of(1L, span.error ? 1L : 0L, span.end - span.start),
                                (a, b) -> List.of(a.get(0) + b.get(0), a.get(1) + b.get(1), a.get(2) + b.get(2)));
                    }
                }
            }
        }
        return edges;
    }

    /**
     * How often in one request, most first: by entry point ("service operation"), of "spans" and of each "callee operation". A
     * request is everything below a span whose parent is not there.
     */
    public Map<String, Map<String, List<Long>>> perRequest() {
        Map<String, Map<String, List<Long>>> entries = new TreeMap<>();
        for (Map<String, List<Parsed>> trace : traces.values()) {
            IdentityHashMap<Parsed, Map<String, Long>> requests = new IdentityHashMap<>();
            for (List<Parsed> spans : trace.values()) {
                for (Parsed span : spans) {
                    Parsed root = span;
                    for (Parsed up = parent(trace, root); up != null; up = parent(trace, root)) {
                        root = up;
                    }
                    Map<String, Long> request = requests.computeIfAbsent(root, _ -> new HashMap<>());
                    request.merge("spans", 1L, Long::sum);
                    Parsed caller = parent(trace, span);
                    if (caller != null && !caller.service.equals(span.service)) {
                        request.merge(span.service + " " + span.name, 1L, Long::sum);
                    }
                }
            }
            requests.forEach((root, counts) -> {
                Map<String, List<Long>> entry =
                        entries.computeIfAbsent(root.service + " " + root.name, _ -> new TreeMap<>());
                counts.forEach((what, count) ->
                        entry.computeIfAbsent(what, _ -> new ArrayList<>()).add(count));
            });
        }
        entries.values().forEach(entry -> entry.values().forEach(counts -> counts.sort(Comparator.reverseOrder())));
        return entries;
    }

    private static @Nullable Parsed parent(Map<String, List<Parsed>> trace, Parsed span) {
        List<Parsed> parents = span.parent == null ? List.of() : trace.getOrDefault(span.parent, List.of());
        if (parents.size() > 1) {
            throw new AssertionError("two spans have the id of a parent: which one is not defined here");
        }
        return parents.isEmpty() ? null : parents.getFirst();
    }

    int spans() {
        return distinct.size();
    }

    private static String attribute(ByteBuffer owner, int field, String key) {
        String[] found = {""};
        fields(owner.duplicate(), (f, pair) -> {
            if (f == field) {
                String[] read = new String[3];
                fields(pair.duplicate(), (g, value) -> read[g] = g == 1 ? text(value) : firstText(value));
                if (key.equals(read[1])) {
                    found[0] = read[2];
                }
            }
        });
        return found[0];
    }

    private static String firstText(ByteBuffer anyValue) {
        String[] text = {""};
        fields(anyValue.duplicate(), (f, value) -> text[0] = f == 1 ? text(value) : text[0]);
        return text[0];
    }

    /** Calls back with each field: its number and its bytes (of a varint, the varint). */
    private static void fields(ByteBuffer message, BiConsumer<Integer, ByteBuffer> to) {
        ByteBuffer in = message.duplicate();
        while (in.hasRemaining()) {
            int tag = (int) varint(in);
            int at = in.position();
            int length = switch (tag & 7) {
                case 0 -> {
                    varint(in);
                    yield in.position() - at;
                }
                case 1 -> 8;
                case 2 -> {
                    int size = (int) varint(in);
                    at = in.position();
                    yield size;
                }
                case 5 -> 4;
                default -> throw new AssertionError("wire type " + (tag & 7));
            };
            to.accept(tag >>> 3, in.duplicate().limit(at + length).position(at));
            in.position(at + length);
        }
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    private static String text(ByteBuffer value) {
        return StandardCharsets.UTF_8.decode(value.duplicate()).toString();
    }

    private static String hex(ByteBuffer value) {
        StringBuilder hex = new StringBuilder();
        ByteBuffer in = value.duplicate();
        while (in.hasRemaining()) {
            hex.append(String.format("%02x", in.get()));
        }
        return hex.toString();
    }
}

package io.clew.quality.formats;

import static io.clew.quality.formats.Bytes.check;
import static io.clew.quality.formats.Bytes.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the segments of a log as log.md has them. */
final class LogReader {
    /** A request in the log. */
    record Request(long sequence, long received, int codec, int encoding, int[] refused, byte[] body) {}

    private record Segment(byte[] file, long number, byte[] salt, long firstSequence) {}

    private LogReader() {}

    /** All records there are, by their sequence. */
    static NavigableMap<Long, Request> read(List<byte[]> files) {
        List<Segment> segments = new ArrayList<>();
        for (byte[] file : files) {
            Segment segment = segment(file, 0);
            segment = segment == null ? segment(file, file.length - 64) : segment;
            if (segment != null) {
                segments.add(segment);
            }
        }
        segments.sort(Comparator.comparingLong(Segment::number));
        NavigableMap<Long, Request> requests = new TreeMap<>();
        for (Segment segment : segments) {
            requests.tailMap(segment.firstSequence).clear();
            for (int at = 64; at + 64 <= segment.file.length - 64; ) {
                Request request = request(segment, at);
                if (request == null) {
                    at += 8;
                } else {
                    requests.put(request.sequence, request);
                    at += (64 + 4 * request.refused.length + request.body.length + 7) / 8 * 8;
                }
            }
        }
        return requests;
    }

    private static @Nullable Segment segment(byte[] file, int at) {
        Bytes in = new Bytes(file, at);
        if (!new String(in.take(8), StandardCharsets.US_ASCII).equals("CLEWLOG\n")
                || Bytes.crc(file, at, 60) != new Bytes(file, at + 60).i32()) {
            return null;
        }
        check(in.i32() == 1, "the version");
        in.take(4);
        return new Segment(file, in.i64(), in.take(8), in.i64());
    }

    private static @Nullable Request request(Segment segment, int at) {
        Bytes in = new Bytes(segment.file, at);
        if (!new String(in.take(4), StandardCharsets.US_ASCII).equals("\nREC")) {
            return null;
        }
        int headerCrc = in.i32();
        byte[] salted = Arrays.copyOf(segment.salt, 64);
        System.arraycopy(segment.file, at + 8, salted, 8, 56);
        if (headerCrc != Bytes.crc(salted, 0, 64)) {
            return null;
        }
        int crc = in.i32();
        int length = in.i32();
        long sequence = in.i64();
        in.i64();
        long received = in.i64();
        in.i64();
        int[] refused = new int[in.i32()];
        check(in.u8() == 1, "the signal");
        int codec = in.u8();
        int encoding = in.u8();
        in.at = at + 64;
        if (crc != Bytes.crc(segment.file, in.at, 4 * refused.length + length)) {
            return null;
        }
        for (int i = 0; i < refused.length; i++) {
            refused[i] = in.i32();
        }
        return new Request(sequence, received, codec, encoding, refused, in.take(length));
    }

    /** The spans of a batch. */
    static List<SpanRecord> batch(byte[] body) {
        Bytes in = new Bytes(body, 0);
        check(in.u8() == 1, "the version of a batch");
        String[] texts = new String[in.count() + 1];
        texts[0] = "";
        for (int i = 1; i < texts.length; i++) {
            texts[i] = text(in.take(in.count()));
        }
        List<SpanRecord.Owner> resources = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            int dropped = in.i32();
            resources.add(new SpanRecord.Owner("", "", texts[in.count()], dropped, attributes(in, texts)));
        }
        List<SpanRecord.Owner> scopes = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            String name = texts[in.count()];
            String version = texts[in.count()];
            int dropped = in.i32();
            scopes.add(new SpanRecord.Owner(name, version, texts[in.count()], dropped, attributes(in, texts)));
        }
        List<SpanRecord> spans = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            spans.add(span(in, texts, resources, scopes));
        }
        check(in.at == body.length, "the end of a batch");
        return spans;
    }

    private static SpanRecord span(
            Bytes in, String[] texts, List<SpanRecord.Owner> resources, List<SpanRecord.Owner> scopes) {
        int marks = in.u8();
        int protocol = in.u8();
        SpanRecord.Owner resource = resources.get(in.count());
        SpanRecord.Owner scope = scopes.get(in.count());
        long traceHigh = in.i64();
        long traceLow = in.i64();
        long spanId = in.i64();
        long parentId = in.i64();
        long start = in.i64();
        long end = in.i64();
        long received = in.i64();
        String name = texts[in.count()];
        String message = texts[in.count()];
        String state = texts[in.count()];
        int kind = in.i32();
        int status = in.i32();
        int flags = in.i32();
        List<Integer> dropped = List.of(in.i32(), in.i32(), in.i32());
        List<SpanRecord.Value> attributes = attributes(in, texts);
        List<SpanRecord.Event> events = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            events.add(new SpanRecord.Event(in.i64(), texts[in.count()], in.i32(), attributes(in, texts)));
        }
        List<SpanRecord.Link> links = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            links.add(new SpanRecord.Link(
                    in.i64(), in.i64(), in.i64(), texts[in.count()], in.i32(), in.i32(), attributes(in, texts)));
        }
        return new SpanRecord(
                traceHigh,
                traceLow,
                (marks & 4) != 0,
                spanId,
                parentId,
                (marks & 1) != 0 ? (Long) start : null,
                (marks & 2) != 0 ? (Long) end : null,
                received,
                protocol,
                name,
                message,
                state,
                kind,
                status,
                flags,
                dropped,
                attributes,
                events,
                links,
                resource,
                scope);
    }

    private static List<SpanRecord.Value> attributes(Bytes in, String[] texts) {
        List<SpanRecord.Value> values = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            String key = texts[in.count()];
            int type = in.u8();
            values.add(new SpanRecord.Value(
                    key, type, SpanRecord.isText(type) ? texts[in.count()] : Long.toString(in.i64())));
        }
        return values;
    }
}

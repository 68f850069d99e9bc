package io.clew.ingest;

import io.clew.model.ContentEncoding;
import io.clew.model.SourceProtocol;
import io.clew.model.SourceRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/** The 51 recorded requests under {@code train-ticket/} (see NOTICE.md there), for the tests of every module. */
public final class TrainTicket {
    /** Span records in all files. */
    public static final int RECORDS = 179_170;
    /** Distinct spans in all files: 1,014 stand in two. */
    public static final int SPANS = 178_156;
    /** Traces in all files. */
    public static final int TRACES = 2_475;

    /** File names, in the order of their minutes. */
    public static final List<String> FILES = text("files.txt").lines().toList();

    private TrainTicket() {}

    /** A file as it is: gzip. */
    public static byte[] gzip(String file) {
        try (InputStream in = TrainTicket.class.getResourceAsStream("/train-ticket/" + file)) {
            if (in == null) {
                throw new IllegalArgumentException("no file train-ticket/" + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file's protobuf bytes. */
    public static byte[] protobuf(String file) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip(file)))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All files as requests, gzip, received one nanosecond after the other. */
    public static List<SourceRequest> requests() {
        return IntStream.range(0, FILES.size())
                .mapToObj(i -> {
                    byte[] body = gzip(FILES.get(i));
                    return new SourceRequest(
                            SourceProtocol.OTLP_PROTOBUF, ContentEncoding.GZIP, body, 0, body.length, i + 1L);
                })
                .toList();
    }

    /** Distinct spans by {@code service.name}, in all files. */
    public static Map<String, Integer> spansByService() {
        Map<String, Integer> counts = new TreeMap<>();
        for (String line : text("spans-by-service.txt").lines().toList()) {
            int space = line.indexOf(' ');
            counts.put(line.substring(0, space), Integer.valueOf(line.substring(space + 1)));
        }
        return counts;
    }

    private static String text(String file) {
        return new String(gzip(file), java.nio.charset.StandardCharsets.UTF_8);
    }
}

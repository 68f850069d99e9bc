package io.clew.quality.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be measured, each by itself: a word of the command line. */
enum Series {
    INGEST("CPU a span of the server under steady load: OTLP over HTTP, over gRPC, and gzip; memory, rewrites, pauses"),
    START("exec to ready after a clean stop and after kill -9, idle memory, a thousand idle clients"),
    SIZE("bytes a span on disk: the reference load and Train-Ticket"),
    QUERIES("latencies of eight kinds of questions, caches dropped before each; speed of scans"),
    ANALYSIS("what live analysis adds to a span; map and RED of the last day; a day added up from its spans"),
    OVERLOAD("three times the load that one core takes: refusals, memory, what is kept, recovery"),
    ZIPKIN("Zipkin's server with the same million spans: CPU, memory, the same questions"),
    SOAK("ten minutes of steady load, minute by minute (only when named, or with --long)");

    private final String about;

    Series(String about) {
        this.about = about;
    }

    /** The word on the command line. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String list() {
        return Arrays.stream(values())
                .map(series -> String.format(Locale.ROOT, "  %-10s %s", series.word(), series.about))
                .collect(Collectors.joining("\n"));
    }
}

package io.clew.quality.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says of a running process ({@code /proc/PID}; proc(5)). */
record ProcessMeter(long pid) {
    /** USER_HZ, which is 100 on every architecture Linux runs a JVM on. */
    private static final long MICROS_PER_TICK = 10_000;

    /** User and system time used so far, microseconds, in steps of 10 ms. */
    long cpuMicros() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // The second field is the command in brackets, in which blanks may stand; utime and stime are the 14th and
        // 15th.
        java.util.List<String> fields =
                java.util.List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) * MICROS_PER_TICK;
    }

    /** Memory that no file backs, MiB: what the process costs for certain. */
    double anonymousMebibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                        .filter(line -> line.startsWith("RssAnon:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow(() -> new IOException("/proc/" + pid + "/status has no RssAnon"))
                / 1024.0;
    }
}

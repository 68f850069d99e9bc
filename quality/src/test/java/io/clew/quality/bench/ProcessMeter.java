package io.clew.quality.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says of a running process ({@code /proc/PID}; proc(5)). */
record ProcessMeter(long pid) {
    /** USER_HZ, which is 100 on every architecture Linux runs a JVM on. */
    private static final long MICROS_PER_TICK = 10_000;

    /** User and system time used so far, microseconds, in steps of 10 ms. */
    long cpuMicros() throws IOException {
        return ticks(Files.readString(Path.of("/proc/" + pid + "/stat"))) * MICROS_PER_TICK;
    }

    /** What there is of a thread; empty when it has ended since it was listed. */
    private static String stat(Path thread) throws IOException {
        try {
            return Files.readString(thread.resolve("stat"));
        } catch (IOException e) {
            return "";
        }
    }

    private static long ticks(String stat) {
        // The second field is the command in brackets, in which blanks may stand; utime and stime are the 14th and
        // 15th.
        java.util.List<String> fields =
                java.util.List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        return Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
    }

    /** The part of {@link #cpuMicros} that the JVM's compilers used, which falls with time. */
    long compilingMicros() throws IOException {
        long ticks = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                // The kernel keeps 15 characters of "C1 CompilerThread0" and "C2 CompilerThread0".
                String stat = stat(thread);
                if (stat.contains("(C1 CompilerThre)") || stat.contains("(C2 CompilerThre)")) {
                    ticks += ticks(stat);
                }
            }
        }
        return ticks * MICROS_PER_TICK;
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

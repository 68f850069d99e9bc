package io.clew.quality.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What a reader of figures must know of the machine (Linux: /proc). */
final class Machine {
    private Machine() {}

    static String processor() {
        return field("/proc/cpuinfo", "model name");
    }

    /** Memory in GiB. */
    static String memory() {
        String kilobytes = field("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
        return kilobytes.isEmpty()
                ? "unknown memory"
                : String.format(Locale.ROOT, "%.0f GiB", Long.parseLong(kilobytes) / 1024.0 / 1024);
    }

    /** The load averages of the last 1, 5 and 15 minutes, ours included. */
    static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).replaceAll("(\\S+ \\S+ \\S+).*\\s*", "$1") : "unknown";
    }

    private static String field(String file, String name) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown " + name);
        } catch (IOException e) {
            return "unknown " + name;
        }
    }
}

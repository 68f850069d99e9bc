package io.clew.quality.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Which cores a process may run on, set by taskset (util-linux).
 *
 * @param list as {@code taskset -c} takes it
 */
record Cores(String list) {
    /** Whether this machine can pin, and has a core for the server and another for its client. */
    static boolean canPin() {
        return Runtime.getRuntime().availableProcessors() >= 2 && run("taskset", "--version") == 0;
    }

    /** The words before a command that starts pinned. */
    List<String> prefix() {
        return List.of("taskset", "-c", list);
    }

    /** Pins this process, all of its threads. */
    void pinMyself() throws IOException {
        long pid = ProcessHandle.current().pid();
        if (run("taskset", "-a", "-c", "-p", list, String.valueOf(pid)) != 0) {
            throw new IOException("taskset cannot pin this process to the cores " + list);
        }
    }

    /** Where this process may run now. */
    static Cores mine() throws IOException {
        for (String line : java.nio.file.Files.readAllLines(java.nio.file.Path.of("/proc/self/status"))) {
            if (line.startsWith("Cpus_allowed_list:")) {
                return new Cores(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        throw new IOException("/proc/self/status has no Cpus_allowed_list");
    }

    /** Each core of this list by itself. */
    List<Cores> each() {
        return java.util.Arrays.stream(list.split(",", -1))
                .flatMapToInt(part -> {
                    int dash = part.indexOf('-');
                    int from = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
                    return java.util.stream.IntStream.rangeClosed(
                            from, dash < 0 ? from : Integer.parseInt(part.substring(dash + 1)));
                })
                .mapToObj(core -> new Cores(String.valueOf(core)))
                .toList();
    }

    private static int run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            byte[] said = process.getInputStream().readAllBytes();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return -1;
            }
            int code = process.exitValue();
            if (code != 0) {
                Progress.say("%s said: %s", command[0], new String(said, StandardCharsets.UTF_8).strip());
            }
            return code;
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }
}

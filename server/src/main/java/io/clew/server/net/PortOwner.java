package io.clew.server.net;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which process listens on a TCP port, as far as the operating system tells: {@code /proc/net/tcp} and {@code tcp6} give
 * the socket's inode, {@code /proc/PID/fd} the process that holds it. Processes of other users stay hidden.
 */
public final class PortOwner {
    private static final String LISTENING = "0A";
    /** Characters of a command line that are shown. */
    private static final int LONGEST = 100;

    private PortOwner() {}

    /** The process in words, e.g. {@code process 4711 (java -jar zipkin.jar)}, or empty when it cannot be told. */
    public static Optional<String> of(int port) {
        try {
            Set<String> sockets = new HashSet<>();
            collect(Path.of("/proc/net/tcp"), port, sockets);
            collect(Path.of("/proc/net/tcp6"), port, sockets);
            return sockets.isEmpty() ? Optional.empty() : holder(sockets);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    // Fields of a line: number, local address as hex IP:port, remote address, state, two queues, timer, retransmits,
    // uid,
    // timeout, inode.
    private static void collect(Path table, int port, Set<String> into) throws IOException {
        if (!Files.isReadable(table)) {
            return;
        }
        for (String line : Files.readAllLines(table)) {
            List<String> fields = List.of(line.trim().split("\\s+"));
            if (fields.size() > 9
                    && fields.get(3).equals(LISTENING)
                    && fields.get(1).endsWith(":%04X".formatted(port))) {
                into.add("socket:[" + fields.get(9) + "]");
            }
        }
    }

    private static Optional<String> holder(Set<String> sockets) throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, sockets)) {
                    return Optional.of(
                            describe(Long.parseLong(process.getFileName().toString())));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (Files.isSymbolicLink(file)
                        && sockets.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
        } catch (IOException e) {
            // Another user's process, or one that has just ended: not ours to see.
        }
        return false;
    }

    /** A process in words. */
    public static String describe(long pid) {
        String command = shortened(ProcessHandle.of(pid)
                .flatMap(process -> process.info().commandLine())
                .orElse(""));
        return "process " + pid + (command.isEmpty() ? "" : " (" + command + ")");
    }

    /** A command line without the directory of its program, and of a long one the two ends, which tell most. */
    static String shortened(String command) {
        int end = command.indexOf(' ');
        String program = end < 0 ? command : command.substring(0, end);
        String bare = program.substring(program.lastIndexOf('/') + 1) + command.substring(program.length());
        return bare.length() <= LONGEST
                ? bare
                : bare.substring(0, LONGEST / 2) + " ... " + bare.substring(bare.length() - LONGEST / 2);
    }
}

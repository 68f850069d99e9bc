package io.clew.quality.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the server is started, up to its own arguments.
 *
 * @param words the command line of the JVM, main class or jar included
 * @param startUpCache the cache of loaded classes it starts from; empty when there is none
 */
record ServerCommand(List<String> words, Optional<Path> startUpCache) {
    ServerCommand {
        words = List.copyOf(words);
    }

    /**
     * As {@code ./clew up} does. Where there is a start-up cache, the JVM must really use it: told so
     * ({@code -XX:AOTMode=on}) it refuses to start when it cannot, instead of starting slowly.
     *
     * @param jar the server's, with its libraries in {@code lib} beside it
     * @param startUpCache made for these flags
     */
    static ServerCommand ofJar(Path jar, Path flags, Optional<Path> startUpCache, List<String> jvmFlags) {
        List<String> words = new ArrayList<>(List.of(java(), "@" + flags));
        startUpCache.ifPresent(file -> words.addAll(List.of("-XX:AOTCache=" + file, "-XX:AOTMode=on")));
        words.addAll(jvmFlags);
        words.addAll(List.of("-jar", jar.toString()));
        return new ServerCommand(words, startUpCache);
    }

    /** From the class path of this JVM, for tests. */
    static ServerCommand ofClassPath(Path flags, String... jvmFlags) {
        List<String> words = new ArrayList<>(List.of(java(), "@" + flags));
        words.addAll(List.of(jvmFlags));
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.clew.server.Main"));
        return new ServerCommand(words, Optional.empty());
    }

    /** The same, on one core only. */
    ServerCommand on(Cores cores) {
        List<String> pinned = new ArrayList<>(cores.prefix());
        pinned.addAll(words);
        return new ServerCommand(pinned, startUpCache);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}

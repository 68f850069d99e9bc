package io.clew.quality.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
     * As {@code ./clew up} does. Where the build made a start-up cache, the JVM must really use it: with flags of its own
     * ({@code -XX:AOTMode=on}) it refuses to start when it cannot, instead of starting slowly.
     *
     * @param jar the server's, with its libraries in {@code lib} beside it and perhaps a start-up cache
     */
    static ServerCommand ofJar(Path jar, Path flags, List<String> jvmFlags) throws IOException {
        List<String> words = new ArrayList<>(List.of(java(), "@" + flags));
        Optional<Path> cache;
        try (Stream<Path> files = Files.list(jar.toAbsolutePath().getParent())) {
            cache = files.filter(f -> f.toString().endsWith(".aot")).findFirst();
        }
        cache.ifPresent(file -> words.add("-XX:AOTCache=" + file));
        if (cache.isPresent() && jvmFlags.isEmpty()) {
            words.add("-XX:AOTMode=on");
        }
        words.addAll(jvmFlags);
        words.addAll(List.of("-jar", jar.toString()));
        return new ServerCommand(words, cache);
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

package io.clew.server.net;

import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this process runs in a container: Docker and Podman leave a file at the root that says so. */
public final class Container {
    private Container() {}

    public static boolean isAround() {
        return Files.exists(Path.of("/.dockerenv")) || Files.exists(Path.of("/run/.containerenv"));
    }
}

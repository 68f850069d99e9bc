package io.clew.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/**
 * What the process says on its error output besides messages to its user: warnings and worse, one line each; of a server
 * with the time and who says it, of a command as it says everything.
 */
final class Logging {
    private static final String SETTINGS = """
            handlers=java.util.logging.ConsoleHandler
            .level=WARNING
            java.util.logging.SimpleFormatter.format=""";
    private static final String OF_A_SERVER = "%1$tFT%1$tT.%1$tL%1$tz %4$s %3$s: %5$s%6$s%n";
    private static final String OF_A_COMMAND = "clew: %5$s%6$s%n";

    private Logging() {}

    static void configure(boolean isServer) {
        if (System.getProperty("java.util.logging.config.file") != null) {
            return;
        }
        try {
            LogManager.getLogManager()
                    .readConfiguration(
                            new ByteArrayInputStream((SETTINGS + (isServer ? OF_A_SERVER : OF_A_COMMAND) + "\n")
                                    .getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

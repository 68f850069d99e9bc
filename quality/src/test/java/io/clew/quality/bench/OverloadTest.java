package io.clew.quality.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bench's overload in seconds: a real server with a small heap is offered three times what it takes from clients that
 * wait. What it cannot take it refuses for now and nothing else; what it acknowledged is there; then it is itself again.
 */
class OverloadTest {
    @TempDir
    Path directory;

    @Test
    void moreThanItCanTakeIsRefusedForNow() throws Exception {
        ServerCommand server = ServerCommand.ofClassPath(
                Path.of("../server/src/main/launch/jvm.flags"), "-Xmx400m", "-XX:ActiveProcessorCount=1");
        Overload.Result result = Overload.run(
                new Overload.Plan(server, directory.resolve("data"), 11, 3, 2, 4, 4, Duration.ofMinutes(1)));
        assertThat(result.wrong())
                .as("answers but 200 and 503 with Retry-After: %s", result.firstWrong())
                .isZero();
        assertThat(result.unanswered()).as("%s", result.firstWrong()).isZero();
        assertThat(result.refused()).as("requests refused for now").isPositive();
        assertThat(result.acknowledged().count()).as("requests acknowledged").isPositive();
        assertThat(result.missing())
                .as("acknowledged spans that are not stored")
                .isZero();
        assertThat(result.invented()).as("refused spans that are stored").isZero();
        assertThat(result.lookedFor()).isPositive();
        assertThat(result.notFound())
                .as("acknowledged spans not found by their trace's id")
                .isZero();
        // The heap, and what a JVM of that heap has beside it.
        assertThat(result.mostMemory()).as("RssAnon, MiB").isBetween(1.0, 400.0 + 200);
        // How soon is the bench's to measure, on a machine of its own.
        assertThat(result.recovery()).as("seconds until it is itself again").isNotNegative();
    }
}

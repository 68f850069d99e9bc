package io.clew.store.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
    @TempDir
    Path directory;

    @Test
    void aSecondOneInTheSameProcessIsRefused() throws IOException {
        DirectoryLock first = DirectoryLock.take(directory);
        assertThatThrownBy(() -> DirectoryLock.take(directory))
                .isInstanceOf(DirectoryLock.InUseException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("process " + ProcessHandle.current().pid());
        first.close();
        DirectoryLock.take(directory).close();
    }

    @Test
    void anotherProcessIsNamedAndItsDeathFreesTheDirectory() throws Exception {
        Process owner = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        directory.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.readLine()).isEqualTo("locked");
            assertThatThrownBy(() -> DirectoryLock.take(directory))
                    .isInstanceOf(DirectoryLock.InUseException.class)
                    .hasMessageContaining("process " + owner.pid());
        } finally {
            owner.destroyForcibly();
            owner.waitFor();
        }
        assertThat(Files.exists(directory.resolve(DirectoryLock.NAME))).isTrue();
        DirectoryLock.take(directory).close();
    }

    /** Takes the lock and waits to be killed. */
    public static final class Owner {
        public static void main(String[] args) throws Exception {
            DirectoryLock.take(Path.of(args[0]));
            System.out.println("locked");
            new CountDownLatch(1).await();
        }
    }
}

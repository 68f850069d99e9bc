package io.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.server.life.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code clew store} as it is called from a shell, on what a real server left. */
class StoreCommandTest {
    @TempDir
    Path scratch;

    private Path data() {
        return scratch.resolve("data");
    }

    @Test
    void verifySaysThatAllIsWellAndThenWhatIsNot() throws IOException {
        try (ServerProcess server = ServerProcess.up(data(), List.of())) {
            assertThat(server.postSpans(Requests.one(1, 1).toByteArray()).statusCode())
                    .isEqualTo(200);
            ServerProcess busy = store("verify", "--data", data().toString());
            assertThat(busy.exitCode()).isEqualTo(1);
            assertThat(busy.output())
                    .contains("in use by process " + server.pid())
                    .contains("stop that one first")
                    .hasLineCount(1);
            assertThat(server.terminate()).isZero();
        }
        ServerProcess whole = store("verify", "--data", data().toString());
        assertThat(whole.exitCode()).as(whole.output()).isZero();
        assertThat(whole.output()).contains("1 block,").contains("all is as it was written");

        Path block = data().resolve("block-0000000000000001.clew");
        byte[] bytes = Files.readAllBytes(block);
        bytes[20] ^= 1;
        Files.write(block, bytes);
        ServerProcess damaged = store("verify", "--data", data().toString());
        assertThat(damaged.exitCode()).isEqualTo(1);
        assertThat(damaged.output())
                .contains(block + " is damaged at offset 16: span ids 0 to 0 of row group 0 (1 spans)")
                .contains("1 damaged place");
    }

    @Test
    void whatIsMistypedIsNamed() {
        ServerProcess nowhere = store("verify", "--data", data().toString());
        assertThat(nowhere.exitCode()).isEqualTo(2);
        assertThat(nowhere.output()).contains("there is no data directory " + data());
        assertThat(data()).doesNotExist();
        ServerProcess unknown = store("verfy");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.output()).contains("verfy");
        ServerProcess none = store();
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.output()).contains("verify");
        ServerProcess help = store("verify", "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.output()).contains("--data").contains("Exit code");
    }

    private ServerProcess store(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "store";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return ServerProcess.start(scratch, List.of(), all);
    }
}

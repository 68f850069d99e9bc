package io.clew.quality.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.server.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The launcher refuses a mistyped flag before it builds, so it must know every flag the server knows, and no other. */
class LauncherFlagsTest {

    @Test
    void theLauncherKnowsTheServersFlags() throws IOException {
        Matcher flags = Pattern.compile("(?m)^UP_FLAGS='(.*)'$").matcher(Files.readString(Path.of("..", "clew")));
        assertThat(flags.find()).as("UP_FLAGS in ./clew").isTrue();
        List<String> servers = Stream.concat(
                        Stream.of("--config"), Stream.of(Setting.values()).map(Setting::flag))
                .toList();
        assertThat(flags.group(1).split(" ")).containsExactlyInAnyOrderElementsOf(servers);
    }
}

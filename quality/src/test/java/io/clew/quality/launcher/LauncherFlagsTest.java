package io.clew.quality.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.quality.bench.Bench;
import io.clew.server.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The launcher refuses a mistyped flag before it builds, so it must know every flag of what it runs, and no other; and it
 * builds anew what has changed, so it must know every module that goes into it.
 */
class LauncherFlagsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern MODULE = Pattern.compile("<artifactId>([a-z-]+)</artifactId>");

    @Test
    void theLauncherKnowsTheServersFlags() throws IOException {
        List<String> servers = Stream.concat(
                        Stream.of("--config"), Stream.of(Setting.values()).map(Setting::flag))
                .toList();
        assertThat(words("UP_FLAGS")).containsExactlyInAnyOrderElementsOf(servers);
    }

    @Test
    void theLauncherKnowsTheWordsOfTheBench() throws IOException {
        List<String> known = Stream.concat(words("BENCH_FLAGS").stream(), words("BENCH_SWITCHES").stream())
                .toList();
        assertThat(known).containsExactlyInAnyOrderElementsOf(Bench.words());
    }

    @Test
    void theServerIsBuiltAnewWhenAnyOfItsModulesChanged() throws IOException {
        List<String> reactor = found(Pattern.compile("<module>([a-z-]+)</module>"), ROOT.resolve("pom.xml"));
        for (String module : List.of("server", "quality")) {
            List<String> needed = Stream.concat(
                            Stream.of(module),
                            found(MODULE, ROOT.resolve(module).resolve("pom.xml")).stream())
                    .filter(reactor::contains)
                    .distinct()
                    .toList();
            assertThat(needed).as("modules that %s is made of", module).hasSizeGreaterThan(2);
            assertThat(built(module))
                    .as("modules that ./clew watches for %s", module)
                    // The bench does not start the demo.
                    .containsAll(
                            needed.stream().filter(name -> !name.equals("demo")).toList());
        }
    }

    private static List<String> built(String module) throws IOException {
        Matcher line = Pattern.compile("(?m)^ *build " + module + " \\w+ (.*)$").matcher(launcher());
        assertThat(line.find()).as("build %s in ./clew", module).isTrue();
        return List.of(line.group(1).split(" "));
    }

    private static List<String> words(String variable) throws IOException {
        Matcher line = Pattern.compile("(?m)^" + variable + "='(.*)'$").matcher(launcher());
        assertThat(line.find()).as("%s in ./clew", variable).isTrue();
        return List.of(line.group(1).split(" "));
    }

    private static String launcher() throws IOException {
        return Files.readString(ROOT.resolve("clew"));
    }

    private static List<String> found(Pattern pattern, Path file) throws IOException {
        return pattern.matcher(Files.readString(file))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}

package io.clew.quality.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links lead somewhere, indexes are whole, and both languages of a page show the same commands. */
class DocumentationTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(#[^)]*)?\\)");
    private static final Pattern CODE = Pattern.compile("(?ms)^```\\w*\\n(.*?)^```");
    private static final Pattern PINNED = Pattern.compile("<([\\w-]+)\\.version>([^<]+)</");

    @Test
    void everyRelativeLinkLeadsToAFile() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            for (MatchResult link : matches(LINK, Files.readString(page))) {
                String target = link.group(1);
                if (!target.contains("://") && !Files.exists(page.resolveSibling(target))) {
                    broken.add(ROOT.relativize(page) + " -> " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyDecisionIsInTheIndex() throws IOException {
        String index = Files.readString(ROOT.resolve("docs/adr/README.md"));
        try (Stream<Path> decisions = Files.list(ROOT.resolve("docs/adr"))) {
            assertThat(decisions.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> !name.equals("README.md"))
                    .isNotEmpty()
                    .allSatisfy(name -> {
                        assertThat(name).matches("\\d{4}-[a-z0-9-]+\\.md");
                        assertThat(index).contains("](" + name + ")");
                    })
                    .extracting(name -> name.substring(0, 4))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void everyPinnedVersionHasItsRow() throws IOException {
        String rows = Files.readString(ROOT.resolve("docs/dependencies.md"));
        for (String pom : List.of("pom.xml", "demo/pom.xml")) {
            List<MatchResult> pins = matches(PINNED, Files.readString(ROOT.resolve(pom)));
            assertThat(pins)
                    .as(pom)
                    .isNotEmpty()
                    .allSatisfy(pin -> assertThat(rows)
                            .as("docs/dependencies.md on %s", pin.group(1))
                            .contains(pin.group(2)));
        }
    }

    @Test
    void noLockFileNamesARegistry() throws IOException {
        for (String file : List.of("web/package-lock.json", "quality/src/test/js/package-lock.json")) {
            String lock = Files.readString(ROOT.resolve(file));
            assertThat(lock).as(file).contains("\"integrity\"").doesNotContain("\"resolved\"");
        }
    }

    @Test
    void bothLanguagesShowTheSameCommands() throws IOException {
        List<Path> chinese = pages().stream()
                .filter(page -> page.toString().endsWith(".zh-CN.md"))
                .toList();
        assertThat(chinese).hasSizeGreaterThan(1);
        for (Path page : chinese) {
            Path english = page.resolveSibling(page.getFileName().toString().replace(".zh-CN", ""));
            assertThat(commands(page)).as(page.toString()).isEqualTo(commands(english));
        }
        assertThat(commands(ROOT.resolve("README.zh-CN.md"))).isNotEmpty();
    }

    /** The code blocks of a page without what follows a # in them, which is translated. */
    private static List<String> commands(Path page) throws IOException {
        return matches(CODE, Files.readString(page)).stream()
                .map(block -> block.group(1).replaceAll("(?m)\\s+#.*$", ""))
                .toList();
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
    }

    private static List<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }
}

package io.clew.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.model.DecodeLimits;
import io.clew.store.RetentionRules;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What settings are read as, from where, and what is said of wrong ones; and that the documentation has them all. */
class ConfigTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.-]+)` \\| (?:`([^`]*)`|-) \\|");

    @TempDir
    Path directory;

    @Test
    void aFlagWinsOverTheEnvironmentThatOverTheFileThatOverTheDefault() throws Exception {
        Path file = file("""
                # a comment
                query-timeout: 1s
                retention:
                  max-age: 1d
                  max-bytes: 1GiB
                """);
        Effective settings = ConfigReader.read(
                Map.of(Setting.QUERY_TIMEOUT, "3s"),
                file.toString(),
                Map.of("CLEW_QUERY_TIMEOUT", "2s", "CLEW_RETENTION_MAX_AGE", "2d", "PATH", "x"),
                false);
        assertThat(settings.config().queryTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.config().retention().rules().age()).isEqualTo(Duration.ofDays(2));
        assertThat(settings.config().retention().bytes()).isEqualTo(new Size(1 << 30, 0));
        assertThat(settings.origin(Setting.QUERY_TIMEOUT)).isEqualTo("--query-timeout");
        assertThat(settings.origin(Setting.RETENTION_AGE)).isEqualTo("CLEW_RETENTION_MAX_AGE");
        assertThat(settings.origin(Setting.RETENTION_BYTES)).isEqualTo(file + " line 5");
        assertThat(settings.origin(Setting.BIND)).isEqualTo("default");
        assertThat(settings.table())
                .containsPattern("(?m)^query-timeout +3s +--query-timeout$")
                .containsPattern("(?m)^retention.max-bytes +1GiB +" + Pattern.quote(file + " line 5") + "$");
    }

    @Test
    void whatIsPrintedAsYamlGivesTheSameAgain() throws Exception {
        Map<Setting, String> flags = Map.of(
                Setting.BIND, "::1",
                Setting.ALLOWED_HOSTS, "a.example,b.example",
                Setting.RETENTION_SERVICES, "cart=7d,a\\,b = c=90d",
                Setting.KEEP_ERRORS, "30d",
                Setting.PORT_OFFSET, "7",
                Setting.DATA, "it's here # really");
        Effective before = ConfigReader.read(flags, null, Map.of(), false);
        Effective after = ConfigReader.read(Map.of(), file(before.yaml()).toString(), Map.of(), true);
        assertThat(after.config()).isEqualTo(before.config());
        assertThat(after.config().ports().ui()).isEqualTo(16693);
        assertThat(after.config().retention().rules().services())
                .isEqualTo(Map.of("cart", Duration.ofDays(7), "a,b = c", Duration.ofDays(90)));
    }

    @Test
    void periodsOfServicesCanBeAMapInTheFile() throws Exception {
        Effective settings = fromFile("""
                retention:
                  services:
                    cart: 7d
                    "odd, name": forever
                  keep:
                    errors: 30d
                    slow: 14d
                    slow-from: 500ms
                    marked: none
                """);
        assertThat(settings.config().retention().rules())
                .isEqualTo(new RetentionRules(
                        RetentionRules.FOREVER,
                        Map.of("cart", Duration.ofDays(7), "odd, name", RetentionRules.FOREVER),
                        Duration.ofDays(30),
                        Duration.ofDays(14),
                        Duration.ofMillis(500),
                        Duration.ZERO,
                        0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            query-timeout     | 0s      | a duration from 1ms to 1h, such as 500ms, 30s, 5m, 12h or 30d
            query-timeout     | 61m     | a duration from 1ms to 1h, such as 500ms, 30s, 5m, 12h or 30d
            analysis.live     | maybe   | on or off
            analysis.rest     | 10      | a duration from 1s to 1h, such as 500ms, 30s, 5m, 12h or 30d
            analysis.max-age  | 401d    | a duration from 1h to 400d, such as 500ms, 30s, 5m, 12h or 30d
            query-timeout     | 5       | a duration from 1ms to 1h, such as 500ms, 30s, 5m, 12h or 30d
            ports.ui          | 65536   | a whole number from 0 to 65535
            limits.body       | 2GiB    | a size from 1KiB to 1GiB, such as 500MiB or 20GiB
            limits.in-flight  | 101%    | a share of the heap from 1% to 100%
            limits.in-flight  | 5MB     | a size from 1MiB to 8EiB, such as 500MiB or 20GiB, a share of the heap such as 80%
            retention.max-age | 0d      | a period from 1s to 36500d, such as 12h or 30d, or none
            retention.max-bytes | 0     | a size from 1MiB to 8EiB, such as 500MiB or 20GiB, a share of the disk such as 80%, or none
            retention.keep.errors | x   | a period from 1s to 36500d, such as 12h or 30d, none or forever
            retention.services | cart   | services with a period each, such as cart=7d,pay=90d
            store.merge-fan-in | 1      | a whole number from 2 to 64
            bind              | a:1/b   | an address or a host name without a port
            """)
    void aWrongValueIsNamedWithWhatWasReadAndExpected(String key, String value, String expected) throws IOException {
        Setting setting = Stream.of(Setting.values())
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow();
        String said = ": expected " + expected + ", read '" + value + "'";
        assertThatThrownBy(() -> ConfigReader.read(Map.of(setting, value), null, Map.of(), false))
                .isInstanceOf(ConfigException.class)
                .hasMessage(setting.flag() + said);
        assertThatThrownBy(() -> ConfigReader.read(Map.of(), null, Map.of(setting.variable(), value), false))
                .hasMessage(setting.variable() + said);
        String indented = nested(key, "'" + value + "'");
        Path file = file(indented);
        long line = indented.strip().lines().count();
        assertThatThrownBy(() -> ConfigReader.read(Map.of(), file.toString(), Map.of(), false))
                .hasMessage(file + " line " + line + ": " + key + said);
    }

    @ParameterizedTest
    @CsvSource({
        "'retention:\n  max-ege: 1d', line 2, retention.max-ege, retention.max-age",
        "'retantion: 1', line 1, retantion, retention.max-age",
        "'store:\n  chunk-age: 1s\n  page-cash: 1MiB', line 3, store.page-cash, store.page-cache",
    })
    void anUnknownKeyIsRefusedWithTheNearest(String yaml, String line, String read, String nearest) throws IOException {
        Path file = file(yaml);
        assertThatThrownBy(() -> ConfigReader.read(Map.of(), file.toString(), Map.of(), false))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file + " " + line + ": there is no setting '" + read + "'")
                .hasMessageContaining(read.contains(".") ? "the nearest is '" + nearest + "'" : "the nearest is '");
    }

    @Test
    void aMistypedVariableIsRefusedAndSomebodyElsesIsNot() throws Exception {
        assertThatThrownBy(() -> ConfigReader.read(Map.of(), null, Map.of("CLEW_QUERY_TIMEOT", "1s"), false))
                .hasMessage("environment: there is no setting CLEW_QUERY_TIMEOT; the nearest is CLEW_QUERY_TIMEOUT");
        // What Kubernetes sets beside a service called clew, and what the launcher reads.
        Map<String, String> others = Map.of(
                "CLEW_SERVICE_HOST", "10.0.0.1",
                "CLEW_PORT", "tcp://10.0.0.1:4318",
                "CLEW_PORT_4318_TCP", "tcp://10.0.0.1:4318",
                "CLEW_JVM_FLAGS", "-Xmx2g",
                "CLEW_JDK_DIRS", "/opt");
        assertThat(ConfigReader.read(Map.of(), null, others, false)
                        .config()
                        .ports()
                        .ui())
                .isEqualTo(16686);
    }

    @Test
    void defaultsAreThoseOfTheParts() throws Exception {
        ServerConfig config = ConfigReader.read(Map.of(), null, Map.of(), false).config();
        assertThat(config.limits()).isEqualTo(Limits.DEFAULT);
        assertThat(config.retention()).isEqualTo(Retention.DEFAULT);
        assertThat(config.store()).isEqualTo(StoreConfig.DEFAULT);
        assertThat(config.queryTimeout()).isEqualTo(ServerConfig.DEFAULT_QUERY_TIMEOUT);
        assertThat(new DecodeLimits(config.limits().bodyBytes(), config.limits().depth()))
                .isEqualTo(DecodeLimits.DEFAULT);
        StoreSettings store = StoreSettings.of(new DiskFiles(), directory, List.of());
        assertThat(config.store())
                .isEqualTo(new StoreConfig(
                        store.chunkBytes(),
                        store.chunkAge(),
                        store.largestUnflushed(),
                        store.pageCacheBytes(),
                        store.mergeFanIn(),
                        store.largestMergedSpans()));
        assertThat(ConfigReader.read(Map.of(), null, Map.of(), true).config().bind())
                .isEqualTo("0.0.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"configuration.md", "configuration.zh-CN.md"})
    void thePagesListEverySettingWithItsDefault(String page) throws IOException {
        List<String> documented = new ArrayList<>();
        Matcher rows = ROW.matcher(Files.readString(Path.of("../docs", page)));
        while (rows.find()) {
            @Nullable String value = rows.group(2);
            documented.add(rows.group(1) + " = " + (value == null ? "" : value));
        }
        assertThat(documented)
                .containsExactlyElementsOf(Stream.of(Setting.values())
                        .map(setting -> setting.key() + " = " + setting.defaultText())
                        .toList());
    }

    private Effective fromFile(String yaml) throws Exception {
        return ConfigReader.read(Map.of(), file(yaml).toString(), Map.of(), false);
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "clew", ".yaml"), yaml);
    }

    private static String nested(String key, String value) {
        StringBuilder yaml = new StringBuilder();
        String[] parts = key.split("\\.", -1);
        for (int depth = 0; depth < parts.length; depth++) {
            yaml.append("  ".repeat(depth)).append(parts[depth]).append(':');
            yaml.append(depth == parts.length - 1 ? " " + value : "\n");
        }
        return yaml.toString();
    }
}

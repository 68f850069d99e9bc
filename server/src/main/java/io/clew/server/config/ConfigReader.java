package io.clew.server.config;

import io.clew.store.StoreOnDisk;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a {@link ServerConfig} of what flags, environment and configuration file give. */
public final class ConfigReader {
    /** Names the configuration file, unless {@code --config} does. */
    public static final String FILE_VARIABLE = "CLEW_CONFIG";

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})(|KiB|MiB|GiB|TiB|%)");

    private final Map<Setting, Given> given = new EnumMap<>(Setting.class);
    private final boolean inContainer;

    private ConfigReader(boolean inContainer) {
        this.inContainer = inContainer;
    }

    /**
     * Reads all settings.
     *
     * @param flags values of the flags that were used
     * @param configFile value of {@code --config}, or null
     * @param environment all of the process's environment
     * @param inContainer whether this process runs in a container, which changes the default address
     * @throws ConfigException naming the first setting that is wrong
     */
    public static ServerConfig read(
            Map<Setting, String> flags,
            @Nullable String configFile,
            Map<String, String> environment,
            boolean inContainer)
            throws ConfigException {
        ConfigReader reader = new ConfigReader(inContainer);
        String fromEnvironment = environment.getOrDefault(FILE_VARIABLE, "");
        if (configFile != null) {
            reader.given.putAll(ConfigFile.read(path(new Given(configFile, "--config"))));
        } else if (!fromEnvironment.isEmpty()) {
            reader.given.putAll(ConfigFile.read(path(new Given(fromEnvironment, FILE_VARIABLE))));
        }
        for (Setting setting : Setting.values()) {
            String value = environment.get(setting.variable());
            if (value != null && !value.isEmpty()) {
                reader.given.put(setting, new Given(value, setting.variable()));
            }
            String flag = flags.get(setting);
            if (flag != null) {
                reader.given.put(setting, new Given(flag, setting.flag()));
            }
        }
        return reader.config();
    }

    private ServerConfig config() throws ConfigException {
        int offset = number(Setting.PORT_OFFSET, 0, Ports.LARGEST_OFFSET);
        Ports ports = new Ports(
                port(Setting.OTLP_GRPC_PORT, Ports.OTLP_GRPC, offset),
                port(Setting.OTLP_HTTP_PORT, Ports.OTLP_HTTP, offset),
                port(Setting.UI_PORT, Ports.UI, offset));
        Path data = path(value(Setting.DATA, "data"));
        return new ServerConfig(
                data,
                bind(),
                ports,
                allowedHosts(),
                duration(value(Setting.QUERY_TIMEOUT, "30s")),
                retention(),
                given.containsKey(Setting.SNAPSHOTS)
                        ? path(value(Setting.SNAPSHOTS, ""))
                        : data.resolve(StoreOnDisk.COPIES));
    }

    private Given value(Setting setting, String otherwise) {
        return given.getOrDefault(setting, new Given(otherwise, setting.key()));
    }

    private static Path path(Given value) throws ConfigException {
        try {
            if (!value.text().isEmpty()) {
                return Path.of(value.text()).toAbsolutePath().normalize();
            }
        } catch (InvalidPathException e) {
            // Falls through to the one message there is.
        }
        throw value.wrong("a path");
    }

    private String bind() throws ConfigException {
        Given value = value(Setting.BIND, inContainer ? "0.0.0.0" : "localhost");
        String text = value.text().trim();
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (bare.isEmpty() || bare.contains("/") || bare.contains(" ")) {
            throw value.wrong("an address or a host name without a port");
        }
        return bare;
    }

    private int port(Setting setting, int otherwise, int offset) throws ConfigException {
        int port = given.containsKey(setting) ? number(setting, 0, 65535) : otherwise;
        if (port + offset > 65535) {
            throw new ConfigException(setting.key() + " " + port + " plus a port offset of " + offset + " is "
                    + (port + offset) + ", beyond the last port 65535");
        }
        return port == 0 ? 0 : port + offset;
    }

    private int number(Setting setting, int smallest, int largest) throws ConfigException {
        Given value = value(setting, "0");
        try {
            int number = Integer.parseInt(value.text());
            if (number >= smallest && number <= largest) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message there is.
        }
        throw value.wrong("a whole number from " + smallest + " to " + largest);
    }

    private Set<String> allowedHosts() {
        Set<String> hosts = new TreeSet<>();
        for (String host : value(Setting.ALLOWED_HOSTS, "").text().split("[,\\s]+", -1)) {
            if (!host.isEmpty()) {
                hosts.add(host.toLowerCase(Locale.ROOT));
            }
        }
        return Set.copyOf(hosts);
    }

    private Retention retention() throws ConfigException {
        Given age = value(Setting.RETENTION_AGE, "none");
        Duration longest = age.text().equals("none") ? Duration.ZERO : duration(age);
        Given bytes = value(Setting.RETENTION_BYTES, "80%");
        if (bytes.text().equals("none")) {
            return new Retention(longest, 0, 0);
        }
        Matcher size = SIZE.matcher(bytes.text());
        if (!size.matches() || size.group(1).chars().allMatch(c -> c == '0')) {
            throw bytes.wrong("a size such as 500MiB or 20GiB, a share of the disk such as 80%, or none");
        }
        long count = Long.parseLong(size.group(1));
        if (size.group(2).equals("%")) {
            if (count > 100) {
                throw bytes.wrong("at most 100%");
            }
            return new Retention(longest, 0, (int) count);
        }
        int shift = switch (size.group(2)) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            case "TiB" -> 40;
            default -> 0;
        };
        if (count > Long.MAX_VALUE >> shift) {
            throw bytes.wrong("at most 8 EiB");
        }
        return new Retention(longest, count << shift, 0);
    }

    private static Duration duration(Given value) throws ConfigException {
        Matcher match = DURATION.matcher(value.text());
        if (!match.matches() || match.group(1).chars().allMatch(c -> c == '0')) {
            throw value.wrong("a positive duration such as 500ms, 30s, 5m, 12h or 30d");
        }
        long count = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}

package io.clew.server.config;

import io.clew.store.RetentionRules;
import io.clew.store.StoreOnDisk;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes a {@link ServerConfig} of what flags, environment and configuration file give. */
public final class ConfigReader {
    /** Names the configuration file, unless {@code --config} does. */
    public static final String FILE_VARIABLE = "CLEW_CONFIG";

    private static final long MIB = 1 << 20;

    private final Map<Setting, Given> given = new EnumMap<>(Setting.class);

    private ConfigReader() {}

    /**
     * Reads all settings.
     *
     * @param flags values of the flags that were used
     * @param configFile value of {@code --config}, or null
     * @param environment all of the process's environment
     * @param inContainer whether this process runs in a container, which changes the default address
     * @throws ConfigException naming the first setting that is wrong
     */
    public static Effective read(
            Map<Setting, String> flags,
            @Nullable String configFile,
            Map<String, String> environment,
            boolean inContainer)
            throws ConfigException {
        ConfigReader reader = new ConfigReader();
        for (Setting setting : Setting.values()) {
            String text = setting == Setting.BIND && inContainer ? "0.0.0.0" : setting.defaultText();
            reader.given.put(setting, Given.byDefault(setting, text));
        }
        refuseMistyped(environment.keySet());
        String fromEnvironment = environment.getOrDefault(FILE_VARIABLE, "");
        if (configFile != null) {
            reader.given.putAll(ConfigFile.read(path(Given.by("--config", configFile))));
        } else if (!fromEnvironment.isEmpty()) {
            reader.given.putAll(ConfigFile.read(path(Given.by(FILE_VARIABLE, fromEnvironment))));
        }
        for (Setting setting : Setting.values()) {
            String value = environment.get(setting.variable());
            if (value != null && !value.isEmpty()) {
                reader.given.put(setting, Given.by(setting.variable(), value));
            }
            String flag = flags.get(setting);
            if (flag != null) {
                reader.given.put(setting, Given.by(setting.flag(), flag));
            }
        }
        return new Effective(reader.config(), reader.given);
    }

    /** Variables that are like no known one belong to somebody else. */
    private static void refuseMistyped(Set<String> variables) throws ConfigException {
        List<String> known = new ArrayList<>(
                Arrays.stream(Setting.values()).map(Setting::variable).toList());
        known.add(FILE_VARIABLE);
        for (String variable : new TreeSet<>(variables)) {
            if (variable.startsWith("CLEW_") && !known.contains(variable)) {
                Optional<String> near = NearestName.near(variable, known);
                if (near.isPresent()) {
                    throw new ConfigException(
                            "environment: there is no setting " + variable + "; the nearest is " + near.get());
                }
            }
        }
    }

    private ServerConfig config() throws ConfigException {
        int offset = number(Setting.PORT_OFFSET, 0, Ports.LARGEST_OFFSET);
        Ports ports = new Ports(
                port(Setting.OTLP_GRPC_PORT, offset),
                port(Setting.OTLP_HTTP_PORT, offset),
                port(Setting.UI_PORT, offset));
        Path data = path(value(Setting.DATA));
        return new ServerConfig(
                data,
                bind(),
                ports,
                allowedHosts(),
                Quantity.duration(value(Setting.QUERY_TIMEOUT), Duration.ofMillis(1), Duration.ofHours(1)),
                limits(),
                retention(),
                store(),
                new AnalysisConfig(
                        onOrOff(Setting.ANALYSIS_LIVE),
                        Quantity.duration(value(Setting.ANALYSIS_REST), Duration.ofSeconds(1), Duration.ofHours(1)),
                        Quantity.duration(value(Setting.ANALYSIS_AGE), Duration.ofHours(1), Duration.ofDays(400)),
                        Quantity.size(value(Setting.ANALYSIS_BYTES), MIB, "the disk", "")),
                value(Setting.SNAPSHOTS).text().isEmpty()
                        ? data.resolve(StoreOnDisk.COPIES)
                        : path(value(Setting.SNAPSHOTS)));
    }

    private Given value(Setting setting) {
        return Objects.requireNonNull(given.get(setting));
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
        Given value = value(Setting.BIND);
        String text = value.text().trim();
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (bare.isEmpty() || bare.contains("/") || bare.contains(" ")) {
            throw value.wrong("an address or a host name without a port");
        }
        return bare;
    }

    private int port(Setting setting, int offset) throws ConfigException {
        int port = number(setting, 0, 65535);
        if (port + offset > 65535) {
            throw new ConfigException(setting.key() + " " + port + " plus a port offset of " + offset + " is "
                    + (port + offset) + ", beyond the last port 65535");
        }
        return port == 0 ? 0 : port + offset;
    }

    private int number(Setting setting, int smallest, int largest) throws ConfigException {
        Given value = value(setting);
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

    /** YAML 1.1 writes these two words as truth values, so both spellings are taken. */
    private boolean onOrOff(Setting setting) throws ConfigException {
        Given value = value(setting);
        return switch (value.text()) {
            case "on", "true" -> true;
            case "off", "false" -> false;
            default -> throw value.wrong("on or off");
        };
    }

    private Set<String> allowedHosts() {
        Set<String> hosts = new TreeSet<>();
        for (String host : value(Setting.ALLOWED_HOSTS).text().split("[,\\s]+", -1)) {
            if (!host.isEmpty()) {
                hosts.add(host.toLowerCase(Locale.ROOT));
            }
        }
        return Set.copyOf(hosts);
    }

    private Limits limits() throws ConfigException {
        return new Limits(
                (int) Quantity.bytes(value(Setting.LIMIT_BODY), 1 << 10, 1024 * MIB),
                number(Setting.LIMIT_DEPTH, 1, 1000),
                Quantity.size(value(Setting.LIMIT_IN_FLIGHT), MIB, "the heap", ""));
    }

    private Retention retention() throws ConfigException {
        RetentionRules rules = new RetentionRules(
                Periods.age(value(Setting.RETENTION_AGE), "none"),
                Periods.ofServices(value(Setting.RETENTION_SERVICES)),
                Periods.rule(value(Setting.KEEP_ERRORS)),
                Periods.rule(value(Setting.KEEP_SLOW)),
                Quantity.duration(value(Setting.KEEP_SLOW_FROM), Duration.ofMillis(1), Duration.ofDays(365)),
                Periods.rule(value(Setting.KEEP_MARKED)),
                0);
        Given bytes = value(Setting.RETENTION_BYTES);
        return new Retention(
                rules, bytes.text().equals("none") ? Size.NONE : Quantity.size(bytes, MIB, "the disk", ", or none"));
    }

    private StoreConfig store() throws ConfigException {
        return new StoreConfig(
                Quantity.bytes(value(Setting.CHUNK_BYTES), MIB, 1024 * MIB),
                Quantity.duration(value(Setting.CHUNK_AGE), Duration.ofMillis(100), Duration.ofHours(1)),
                Quantity.bytes(value(Setting.UNFLUSHED_BYTES), 16 * MIB, 16 * 1024 * MIB),
                Quantity.bytes(value(Setting.PAGE_CACHE), MIB, 64 * 1024 * MIB),
                number(Setting.MERGE_FAN_IN, 2, 64),
                number(Setting.MERGE_SPANS, 10_000, 100_000_000));
    }
}

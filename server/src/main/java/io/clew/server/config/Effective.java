package io.clew.server.config;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * All settings as they are in effect, and where each came from: for {@code clew config}.
 */
public final class Effective {
    private final ServerConfig config;
    private final Map<Setting, Given> given;

    Effective(ServerConfig config, Map<Setting, Given> given) {
        this.config = config;
        this.given = new EnumMap<>(given);
    }

    /** What a server makes of them. */
    public ServerConfig config() {
        return config;
    }

    /** The value as it was given; a path absolute. */
    public String text(Setting setting) {
        return switch (setting) {
            case DATA -> config.dataDirectory().toString();
            case SNAPSHOTS -> config.snapshotsDirectory().toString();
            default -> Objects.requireNonNull(given.get(setting)).text();
        };
    }

    /** A flag, a variable, a file with its line, or {@code default}. */
    public String origin(Setting setting) {
        return Objects.requireNonNull(given.get(setting)).origin();
    }

    /** Lines of key, value and origin, in columns. */
    public String table() {
        int keys = width(Arrays.stream(Setting.values()).map(Setting::key).toList());
        int values = width(Arrays.stream(Setting.values()).map(this::text).toList());
        StringBuilder lines = new StringBuilder();
        for (Setting setting : Setting.values()) {
            lines.append(String.format(
                    "%-" + keys + "s  %-" + values + "s  %s%n", setting.key(), text(setting), origin(setting)));
        }
        return lines.toString();
    }

    private static int width(List<String> texts) {
        return texts.stream().mapToInt(String::length).max().orElse(0);
    }

    /** A configuration file that gives just these values; comments say where each came from. */
    public String yaml() {
        StringBuilder yaml = new StringBuilder();
        List<String> open = List.of();
        for (Setting setting : Setting.values()) {
            List<String> path = Arrays.asList(setting.key().split("\\.", -1));
            int shared = 0;
            while (shared < open.size()
                    && shared < path.size() - 1
                    && open.get(shared).equals(path.get(shared))) {
                shared++;
            }
            for (int depth = shared; depth < path.size() - 1; depth++) {
                yaml.append("  ".repeat(depth)).append(path.get(depth)).append(":\n");
            }
            yaml.append("  ".repeat(path.size() - 1))
                    .append(path.getLast())
                    .append(": ")
                    .append(quoted(text(setting)))
                    .append("  # ")
                    .append(origin(setting))
                    .append('\n');
            open = path.subList(0, path.size() - 1);
        }
        return yaml.toString();
    }

    /** Plain where that cannot be read as anything else. */
    private static String quoted(String text) {
        boolean plain = text.matches("[A-Za-z0-9/][A-Za-z0-9_./%-]*") && !text.equalsIgnoreCase("null");
        return plain ? text : "'" + text.replace("'", "''") + "'";
    }
}

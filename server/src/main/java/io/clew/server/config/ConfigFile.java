package io.clew.server.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads the configuration file: YAML 1.2, a map of the keys of {@link Setting}. Unknown keys are refused. */
final class ConfigFile {
    private final Path file;
    private final Map<Setting, Given> given = new EnumMap<>(Setting.class);

    private ConfigFile(Path file) {
        this.file = file;
    }

    /** @throws ConfigException when the file cannot be read, is not YAML, or holds what no setting is called */
    static Map<Setting, Given> read(Path file) throws ConfigException {
        ConfigFile reader = new ConfigFile(file);
        Optional<Node> root = reader.parse();
        if (root.isPresent() && !isNull(root.get())) {
            reader.map(root.get(), "");
        }
        return reader.given;
    }

    private Optional<Node> parse() throws ConfigException {
        try {
            return new Compose(LoadSettings.builder().build()).composeString(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new ConfigException("--config: there is no file " + file);
        } catch (MalformedInputException e) {
            throw new ConfigException("--config: " + file + " is not UTF-8 text");
        } catch (IOException e) {
            throw new ConfigException("--config: cannot read " + file + ": " + e.getMessage());
        } catch (MarkedYamlEngineException e) {
            throw new ConfigException(
                    at(e.getProblemMark()) + ": not YAML: " + e.getProblem().replace('\n', ' '));
        } catch (YamlEngineException e) {
            throw new ConfigException(
                    file + ": not YAML: " + String.valueOf(e.getMessage()).replace('\n', ' '));
        }
    }

    private void map(Node node, String prefix) throws ConfigException {
        if (!(node instanceof MappingNode map)) {
            throw new ConfigException(at(node.getStartMark()) + ": expected "
                    + (prefix.isEmpty() ? "a map of settings" : "a map under '" + prefix + "'"));
        }
        for (NodeTuple entry : map.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode name)) {
                throw new ConfigException(at(entry.getKeyNode().getStartMark()) + ": expected the name of a setting");
            }
            entry(prefix + name.getValue(), name, entry.getValueNode());
        }
    }

    private void entry(String key, Node name, Node value) throws ConfigException {
        List<Setting> under = Arrays.stream(Setting.values())
                .filter(setting -> setting.key().startsWith(key + "."))
                .toList();
        Optional<Setting> exact = Arrays.stream(Setting.values())
                .filter(setting -> setting.key().equals(key))
                .findFirst();
        if (exact.isPresent()) {
            String where = at(name.getStartMark()) + ": " + key;
            Given found = new Given(
                    text(value, where, exact.get() == Setting.RETENTION_SERVICES), where, at(name.getStartMark()));
            if (given.put(exact.get(), found) != null) {
                throw new ConfigException(where + " is set twice");
            }
        } else if (!under.isEmpty()) {
            map(value, key + ".");
        } else {
            TreeSet<String> known =
                    Arrays.stream(Setting.values()).map(Setting::key).collect(Collectors.toCollection(TreeSet::new));
            throw new ConfigException(at(name.getStartMark()) + ": there is no setting '" + key + "'; the nearest is '"
                    + NearestName.to(key, known) + "'. All: " + String.join(", ", known));
        }
    }

    private static String text(Node value, String where, boolean mapToo) throws ConfigException {
        if (value instanceof ScalarNode scalar && !isNull(value)) {
            return scalar.getValue();
        }
        if (value instanceof SequenceNode list && list.getValue().stream().allMatch(ScalarNode.class::isInstance)) {
            return list.getValue().stream()
                    .map(item -> ((ScalarNode) item).getValue())
                    .collect(Collectors.joining(","));
        }
        if (mapToo && value instanceof MappingNode map) {
            List<String> entries = new ArrayList<>();
            for (NodeTuple entry : map.getValue()) {
                if (!(entry.getKeyNode() instanceof ScalarNode name)
                        || !(entry.getValueNode() instanceof ScalarNode plain)) {
                    throw new ConfigException(where + ": expected a name and a plain value in each line");
                }
                entries.add(Periods.escaped(name.getValue() + "=" + plain.getValue()));
            }
            return String.join(",", entries);
        }
        throw new ConfigException(where + " has no plain value");
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private String at(Optional<Mark> mark) {
        return file + mark.map(m -> " line " + (m.getLine() + 1)).orElse("");
    }
}

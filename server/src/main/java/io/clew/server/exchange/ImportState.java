package io.clew.server.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far an import is, in a file beside what is imported, for a later run to go on. Gone once everything is imported. A
 * file that changed since, and a target that is another or holds fewer spans than then, count from the start: sending
 * again does no harm. For one thread.
 */
final class ImportState {
    private final Path file;
    private final String target;
    private final Map<String, Done> files = new TreeMap<>();

    private record Done(long size, long modified, Reached reached) {}

    /**
     * What became of the first messages of a file.
     *
     * @param messages how many they are
     * @param unreadable how many of them could not be read
     * @param refused spans of the others that were refused
     */
    record Reached(long messages, long unreadable, long refused) {
        static final Reached NOTHING = new Reached(0, 0, 0);
    }

    private ImportState(Path file, String target) {
        this.file = file;
        this.target = target;
    }

    /** Where the state of importing a file or directory is. */
    static Path place(Path source) {
        return Files.isDirectory(source)
                ? source.resolve(".clew-import.json")
                : source.resolveSibling("." + source.getFileName() + ".clew-import.json");
    }

    /**
     * Reads what an earlier run left; nothing when there is none for this target.
     *
     * @param spansStored what the target holds now
     */
    static ImportState read(Path place, String target, long spansStored) throws IOException {
        ImportState state = new ImportState(place, target);
        try {
            JsonNode json = new ObjectMapper().readTree(Files.readString(place));
            if (json.path("target").asText().equals(target)
                    && json.path("spansStored").asLong() <= spansStored) {
                json.path("files").properties().forEach(entry -> {
                    JsonNode done = entry.getValue();
                    state.files.put(
                            entry.getKey(),
                            new Done(
                                    done.path("size").asLong(),
                                    done.path("modified").asLong(),
                                    new Reached(
                                            done.path("messages").asLong(),
                                            done.path("unreadable").asLong(),
                                            done.path("refused").asLong())));
                });
            }
        } catch (NoSuchFileException nothingYet) {
            return state;
        } catch (JsonProcessingException | CharacterCodingException unreadable) {
            return state;
        }
        return state;
    }

    /** What earlier runs have done of a file. */
    Reached reached(Path source) throws IOException {
        Done done = files.get(source.getFileName().toString());
        return done != null && done.size == Files.size(source) && done.modified == modified(source)
                ? done.reached
                : Reached.NOTHING;
    }

    /** Notes what this run and earlier ones have done of a file. */
    void done(Path source, Reached reached) throws IOException {
        files.put(source.getFileName().toString(), new Done(Files.size(source), modified(source), reached));
    }

    private static long modified(Path source) throws IOException {
        return Files.getLastModifiedTime(source).toMillis();
    }

    /** Writes it whole or not at all. */
    void write(long spansStored) throws IOException {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("target", target).put("spansStored", spansStored);
        ObjectNode all = json.putObject("files");
        files.forEach((name, done) -> all.putObject(name)
                .put("size", done.size)
                .put("modified", done.modified)
                .put("messages", done.reached.messages)
                .put("unreadable", done.reached.unreadable)
                .put("refused", done.reached.refused));
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, json.toPrettyString() + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Everything is imported. */
    void remove() throws IOException {
        Files.deleteIfExists(file);
    }
}

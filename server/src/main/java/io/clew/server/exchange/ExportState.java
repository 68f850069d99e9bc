package io.clew.server.exchange;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clew.store.Position;
import io.clew.traceql.PageCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an export's directory says of itself in {@value #NAME}, and beside a file that is not whole yet what {@link
 * ExportFile} says of it: what was asked for, which parts are whole, and where to go on.
 *
 * @param asked what was exported from where, as text: an export goes on only when it is asked for the same
 * @param parts files that are whole, numbered from 1
 * @param spans spans in them
 * @param traces traces in them
 * @param reached every trace up to this position is in them; null before the first part
 * @param files the same files, as they were when they were whole; without those of an export that an older version began
 * @param missed lines that name damaged places met so far: what stood in them is in no file
 * @param complete whether nothing is missing
 */
record ExportState(
        String asked,
        int parts,
        long spans,
        long traces,
        @Nullable Position reached,
        List<ExportedFile> files,
        List<String> missed,
        boolean complete) {
    static final String NAME = "EXPORT.json";

    static ExportState nothing(String asked) {
        return new ExportState(asked, 0, 0, 0, null, List.of(), List.of(), false);
    }

    /** The state of a directory, or null when it has none. */
    static @Nullable ExportState read(Path directory) throws IOException {
        return readFile(directory.resolve(NAME));
    }

    /** The state in this file, or null when it is not there. */
    static @Nullable ExportState readFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        JsonNode json;
        try {
            json = new ObjectMapper().readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw foreign(file, "it is no JSON", e);
        }
        if (!json.path("asked").isTextual() || !json.path("parts").isInt()) {
            throw foreign(file, "it does not say what was asked for", null);
        }
        JsonNode reached = json.path("cursor");
        List<ExportedFile> files = new ArrayList<>();
        json.path("files")
                .properties()
                .forEach(entry -> files.add(ExportedFile.read(entry.getKey(), entry.getValue())));
        List<String> missed = new ArrayList<>();
        json.path("missed").forEach(line -> missed.add(line.asText()));
        try {
            return new ExportState(
                    json.path("asked").asText(),
                    json.path("parts").asInt(),
                    json.path("spans").asLong(),
                    json.path("traces").asLong(),
                    reached.isTextual() ? PageCursor.decode(reached.asText()) : null,
                    List.copyOf(files),
                    List.copyOf(missed),
                    json.path("complete").asBoolean());
        } catch (IllegalArgumentException e) {
            throw foreign(file, "its 'cursor' is none", e);
        }
    }

    private static IOException foreign(Path file, String why, @Nullable Exception cause) {
        return new IOException(file + " is not what an export writes: " + why, cause);
    }

    /** Writes it whole or not at all; on the disk when this returns. */
    void write(Path directory) throws IOException {
        writeFile(directory.resolve(NAME));
    }

    /** As {@link #write}, as this file. */
    void writeFile(Path file) throws IOException {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("asked", asked)
                .put("parts", parts)
                .put("spans", spans)
                .put("traces", traces)
                .put("cursor", reached == null ? null : PageCursor.encode(reached))
                .put("complete", complete);
        ObjectNode listed = json.putObject("files");
        files.forEach(each -> each.write(listed));
        if (!missed.isEmpty()) {
            missed.forEach(json.putArray("missed")::add);
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap((json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        DirectoryMove.force(requireNonNull(file.toAbsolutePath().getParent()));
    }
}

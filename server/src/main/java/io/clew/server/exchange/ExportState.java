package io.clew.server.exchange;

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
 * What an export's directory says of itself in {@value #NAME}: what was asked for, which parts are whole, and where to go
 * on.
 *
 * @param asked what was exported from where, as text: an export goes on only when it is asked for the same
 * @param parts files that are whole, numbered from 1
 * @param spans spans in them
 * @param traces traces in them
 * @param reached every trace up to this position is in them; null before the first part
 * @param missed lines that name damaged places met so far: what stood in them is in no file
 * @param complete whether nothing is missing
 */
record ExportState(
        String asked,
        int parts,
        long spans,
        long traces,
        @Nullable Position reached,
        List<String> missed,
        boolean complete) {
    static final String NAME = "EXPORT.json";

    static ExportState nothing(String asked) {
        return new ExportState(asked, 0, 0, 0, null, List.of(), false);
    }

    /** The state of a directory, or null when it has none. */
    static @Nullable ExportState read(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            JsonNode json = new ObjectMapper().readTree(Files.readString(file));
            JsonNode reached = json.path("cursor");
            List<String> missed = new ArrayList<>();
            json.path("missed").forEach(line -> missed.add(line.asText()));
            return new ExportState(
                    json.path("asked").asText(),
                    json.path("parts").asInt(),
                    json.path("spans").asLong(),
                    json.path("traces").asLong(),
                    reached.isTextual() ? PageCursor.decode(reached.asText()) : null,
                    List.copyOf(missed),
                    json.path("complete").asBoolean());
        } catch (com.fasterxml.jackson.core.JsonProcessingException | IllegalArgumentException e) {
            throw new IOException(file + " is not what an export writes: " + e.getMessage(), e);
        }
    }

    /** Writes it whole or not at all; on the disk when this returns. */
    void write(Path directory) throws IOException {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("asked", asked)
                .put("parts", parts)
                .put("spans", spans)
                .put("traces", traces)
                .put("cursor", reached == null ? null : PageCursor.encode(reached))
                .put("complete", complete);
        if (!missed.isEmpty()) {
            missed.forEach(json.putArray("missed")::add);
        }
        Path fresh = directory.resolve(NAME + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap((json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        DirectoryMove.force(directory);
    }
}

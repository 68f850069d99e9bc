package io.clew.server.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clew.server.store.DirectoryCommand;
import io.clew.server.store.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ExportState} keeps of a file that is whole, to tell later whether it is still what was written.
 *
 * @param name in the export's directory
 * @param bytes its length
 * @param sha256 of all of it, 64 hexadecimal digits, as {@code sha256sum} prints it
 */
record ExportedFile(String name, long bytes, String sha256) {
    private static final int BUFFER = 1 << 18;

    /** Reads the file. */
    static ExportedFile of(Path file) throws IOException {
        return new ExportedFile(String.valueOf(file.getFileName()), Files.size(file), sha256(file));
    }

    ExportedFile named(String other) {
        return new ExportedFile(other, bytes, sha256);
    }

    static ExportedFile read(String name, JsonNode json) {
        return new ExportedFile(
                name, json.path("bytes").asLong(), json.path("sha256").asText());
    }

    void write(ObjectNode files) {
        files.putObject(name).put("bytes", bytes).put("sha256", sha256);
    }

    /** In what the file of this name is not what was written, in words; null when it is. */
    @Nullable
    String differs(Path directory) {
        Path file = directory.resolve(name);
        try {
            if (!Files.exists(file)) {
                return "is not there any more";
            }
            long size = Files.size(file);
            if (size != bytes) {
                return "is not as it was exported: it has " + Progress.count(size, "byte") + ", then "
                        + Progress.count(bytes, "byte");
            }
            return sha256(file).equals(sha256) ? null : "is not as it was exported: its SHA-256 is another";
        } catch (IOException e) {
            return "cannot be read: " + DirectoryCommand.reason(e);
        }
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}

package io.clew.server.net;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code DATA/addresses.json}: where the running server's doors really are, for scripts. There from the moment the doors
 * are open until the server stops: {@code {"pid", "addresses": [{"door", "port", "fromHost", "fromContainer"}]}}.
 */
public final class AddressFile {
    private static final String NAME = "addresses.json";

    private AddressFile() {}

    /** Writes it whole or not at all. */
    public static void write(Path dataDirectory, List<Address> addresses) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeNumberField("pid", ProcessHandle.current().pid());
            json.writeFieldName("addresses");
            write(addresses, json);
            json.writeEndObject();
        }
        Path fresh = dataDirectory.resolve(NAME + ".new");
        Files.writeString(fresh, text + "\n");
        Files.move(fresh, dataDirectory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Writes the addresses as a JSON array. */
    public static void write(List<Address> addresses, JsonGenerator json) throws IOException {
        json.writeStartArray();
        for (Address address : addresses) {
            json.writeStartObject();
            json.writeStringField("door", address.door().label());
            json.writeNumberField("port", address.port());
            json.writeStringField("fromHost", address.fromHost());
            json.writeStringField("fromContainer", address.fromContainer());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /**
     * Where the doors of the server on this directory are: addresses from this host by the doors' labels.
     *
     * @throws java.nio.file.NoSuchFileException when no server runs, or it is not ready yet
     */
    public static Map<String, String> read(Path dataDirectory) throws IOException {
        Map<String, String> addresses = new TreeMap<>();
        for (JsonNode address : new ObjectMapper()
                .readTree(Files.readString(dataDirectory.resolve(NAME)))
                .path("addresses")) {
            addresses.put(
                    address.path("door").asText(), address.path("fromHost").asText());
        }
        return addresses;
    }

    public static void remove(Path dataDirectory) throws IOException {
        Files.deleteIfExists(dataDirectory.resolve(NAME));
    }
}

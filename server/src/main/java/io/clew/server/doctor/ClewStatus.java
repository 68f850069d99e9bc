package io.clew.server.doctor;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * What a Clew server behind an OTLP door says of itself, asked on the UI port that belongs to the door's port.
 *
 * @param door where exports are accepted
 */
record ClewStatus(Target door) {

    private static final int UI_PORT = 16_686;

    /** Nothing when there is no Clew, or none that can be asked from here. */
    List<Phrase> notes() throws InterruptedException {
        int port = UI_PORT + door.port() - door.wire().port;
        var notes = new ArrayList<Phrase>();
        if (port < 1 || port > 65_535) {
            return notes;
        }
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(door.withTls(false).withPort(port).base() + "/clew/api/v1/status"))
                .timeout(TestExport.ANSWER)
                .build();
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY)
                .build()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                describe(new ObjectMapper().readTree(answer.body()), notes);
            }
        } catch (JacksonException e) {
            // Something else has that port.
            return notes;
        } catch (IOException e) {
            return notes;
        }
        return notes;
    }

    private static void describe(JsonNode status, List<Phrase> notes) {
        if (status.path("version").isTextual()) {
            notes.add(Phrase.of(
                    "note-clew",
                    status.path("version").asText(),
                    status.path("spansStored").asLong()));
        }
        if (status.path("bind").isTextual()
                && Surroundings.isLoopback(status.path("bind").asText())) {
            notes.add(Phrase.of("note-loopback"));
        }
        if (status.path("writable").isBoolean() && !status.path("writable").asBoolean()) {
            notes.add(
                    Phrase.of("note-not-writable", status.path("writableReason").asText("")));
        }
    }
}

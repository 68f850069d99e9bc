package io.clew.server.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.clew.store.Damage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How an answer says that it may lack what stood in damaged places: the field {@code missed}, absent when it lacks nothing. */
final class Missed {
    private static final int MOST = 20;

    private Missed() {}

    static void write(List<Damage> places, JsonGenerator json) throws IOException {
        if (places.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("missed");
        for (String line : lines(places)) {
            json.writeString(line);
        }
        json.writeEndArray();
    }

    /** A line for each place, but not for too many. */
    static List<String> lines(List<Damage> places) {
        List<String> lines = new ArrayList<>();
        for (Damage place : places.subList(0, Math.min(MOST, places.size()))) {
            lines.add(place.line());
        }
        if (places.size() > MOST) {
            lines.add("and " + (places.size() - MOST) + " further places");
        }
        return lines;
    }
}

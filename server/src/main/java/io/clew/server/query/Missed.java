package io.clew.server.query;

import com.fasterxml.jackson.core.JsonGenerator;
import io.clew.store.Damage;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** How an answer says that it may lack what stood in damaged places. */
public final class Missed {
    private static final int MOST = 20;

    private Missed() {}

    /** A line for each place; of very many the first, and how many more there are. */
    public static List<String> lines(List<Damage> places) {
        Stream<String> lines = places.stream().limit(MOST).map(Damage::line);
        return places.size() <= MOST
                ? lines.toList()
                : Stream.concat(lines, Stream.of("and " + (places.size() - MOST) + " further places"))
                        .toList();
    }

    /** Writes the field {@code missed}, which is absent when nothing is lacking. */
    public static void write(List<Damage> places, JsonGenerator json) throws IOException {
        if (places.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("missed");
        for (String line : lines(places)) {
            json.writeString(line);
        }
        json.writeEndArray();
    }

    /** For the answer that something is not there: that it may be, where nothing can be read; else empty. */
    public static String perhaps(List<Damage> places) {
        return places.isEmpty() ? "" : "; it may be in what cannot be read: " + String.join("; ", lines(places));
    }
}

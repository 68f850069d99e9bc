package io.clew.server.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import io.clew.server.exchange.ChunkWriter;
import io.clew.server.exchange.Format;
import io.clew.server.exchange.SpanChunk;
import io.clew.server.exchange.StoreSource;
import io.clew.server.query.Parameters;
import io.clew.server.query.Problem;
import io.clew.store.Position;
import io.clew.store.Window;
import io.clew.traceql.ast.Spansets;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code store/export}: every trace that matches, whole, as a stream; as fast as the client reads. When something is missing
 * because it cannot be read, format {@code batches} says so in the stream, and any other is broken off at its end.
 */
final class ExportRoute implements ClewApi.Route {
    private static final List<Format> FORMATS = List.of(Format.OTLP_JSON, Format.OTLP_PROTO, Format.BATCHES);

    @Override
    public String pattern() {
        return "store/export";
    }

    @Override
    public HttpResponse answer(ClewApi.Ask ask, String variable) throws Problem {
        Parameters parameters = ask.parameters();
        parameters.allowOnly("format", TraceqlParameter.NAME, "start", "end", "cursor");
        Format format = format(parameters);
        Spansets query = TraceqlParameter.read(parameters);
        Window window = Windows.read(parameters);
        @Nullable Position after = SearchRoute.cursor(parameters);
        return ask.queries().stream(ask.context(), format.mediaType(), (store, control, out) -> {
            try (StoreSource source = new StoreSource(store, query, window, after, control)) {
                write(source, new ChunkWriter(format), out);
            }
        });
    }

    private static void write(StoreSource source, ChunkWriter writer, OutputStream out) throws IOException, Problem {
        List<String> told = List.of();
        boolean tells = true;
        SpanChunk chunk;
        do {
            chunk = source.next();
            List<String> missed = source.missed();
            if (missed.size() > told.size()) {
                List<String> more = new ArrayList<>(missed);
                more.removeAll(told);
                tells = writer.writeMissed(more, out);
                told = missed;
            }
            if (chunk != null) {
                writer.write(chunk, out);
            }
        } while (chunk != null);
        if (!tells) {
            // All that can be read goes out; then the answer ends as one that is not whole.
            out.flush();
            throw new Problem(
                    HttpStatus.INTERNAL_SERVER_ERROR,
                    "A file is damaged",
                    "what stood in damaged places is not in the answer: " + String.join("; ", told));
        }
    }

    private static Format format(Parameters parameters) throws Problem {
        String name = parameters.text("format").orElse(Format.OTLP_JSON.label());
        return FORMATS.stream()
                .filter(format -> format.label().equals(name))
                .findFirst()
                .orElseThrow(() -> Problem.parameter("format", name, "one of otlp-json, otlp-proto, batches"));
    }
}

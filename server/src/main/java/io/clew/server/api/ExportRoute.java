package io.clew.server.api;

import com.linecorp.armeria.common.HttpResponse;
import io.clew.server.exchange.ChunkWriter;
import io.clew.server.exchange.Format;
import io.clew.server.exchange.SpanChunk;
import io.clew.server.exchange.StoreSource;
import io.clew.server.query.Parameters;
import io.clew.server.query.Problem;
import io.clew.store.Position;
import io.clew.store.Window;
import io.clew.traceql.ast.Spansets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code store/export}: every trace that matches, whole, as a stream; as fast as the client reads. */
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
            ChunkWriter writer = new ChunkWriter(format);
            try (StoreSource source = new StoreSource(store, query, window, after, control)) {
                for (SpanChunk chunk = source.next(); chunk != null; chunk = source.next()) {
                    writer.write(chunk, out);
                }
            }
        });
    }

    private static Format format(Parameters parameters) throws Problem {
        String name = parameters.text("format").orElse(Format.OTLP_JSON.label());
        return FORMATS.stream()
                .filter(format -> format.label().equals(name))
                .findFirst()
                .orElseThrow(() -> Problem.parameter("format", name, "one of otlp-json, otlp-proto, batches"));
    }
}

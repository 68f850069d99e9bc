package io.clew.ingest.otlp;

import io.clew.ingest.ByteBudget;
import io.clew.ingest.TrainTicket;
import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.RequestDecoder;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time and allocation of decoding, a span: {@code mvn -Pjmh -pl ingest -am test -Djmh.args="Decode -prof gc"}. Figures
 * under the reference load are the bench's.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class DecodeBenchmark {
    private static final int SPANS = 512;

    /** What is decoded: recorded spans (few attributes) or random ones (everything), by encoding. */
    @Param({"recorded", "recorded gzip", "random", "random json"})
    public String what = "";

    private final SpanBatch batch = new SpanBatch();
    private final Refusals refusals = new Refusals();
    private RequestDecoder decoder = new OtlpProtobufDecoder(ByteBudget.unlimited());
    private SourceRequest request = new SourceRequest(1, ContentEncoding.IDENTITY, new byte[0], 0, 0, 1);

    @Setup(Level.Trial)
    public void prepare() throws IOException, MalformedRequestException {
        SpanBatch spans = what.startsWith("random") ? new RandomSpans(1).batch(SPANS) : recorded();
        int[] rows = java.util.stream.IntStream.range(0, SPANS).toArray();
        byte[] body = new OtlpProtobufWriter().write(spans, rows);
        ContentEncoding encoding = ContentEncoding.IDENTITY;
        if (what.endsWith("gzip")) {
            encoding = ContentEncoding.GZIP;
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (java.util.zip.GZIPOutputStream gzip = new java.util.zip.GZIPOutputStream(out)) {
                gzip.write(body);
            }
            body = out.toByteArray();
        } else if (what.endsWith("json")) {
            decoder = new OtlpJsonDecoder(ByteBudget.unlimited());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            OtlpJsonWriter.write(spans, rows, out);
            body = out.toByteArray();
        }
        request = new SourceRequest(decoder.codec(), encoding, body, 0, body.length, 1);
    }

    private static SpanBatch recorded() throws MalformedRequestException {
        SpanBatch spans = new SpanBatch();
        byte[] body = TrainTicket.protobuf(TrainTicket.FILES.getFirst());
        new OtlpProtobufDecoder(ByteBudget.unlimited())
                .decode(
                        new SourceRequest(1, ContentEncoding.IDENTITY, body, 0, body.length, 1),
                        DecodeLimits.DEFAULT,
                        spans,
                        new Refusals());
        return spans;
    }

    /** One request of {@value #SPANS} spans into a batch used before. */
    @Benchmark
    @OperationsPerInvocation(SPANS)
    public int decode() throws MalformedRequestException {
        batch.clear();
        refusals.clear();
        decoder.decode(request, DecodeLimits.DEFAULT, batch, refusals);
        return batch.spanCount();
    }
}

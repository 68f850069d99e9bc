package io.clew.ingest.otlp;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.InvalidProtocolBufferException;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * A fuzzer with a main method, because it must hold in a small heap: damages real requests (pieces of the recorded ones)
 * and random ones, in both encodings and all compressions, and decodes them. Each must be read or be malformed: any other
 * exception ends the run with status 1 and the request in Base64. Now and then the verdict is compared with the official
 * parser's. Arguments: how many requests, and the seed. The last line says what was done.
 */
final class OtlpFuzz {
    private static final int SPANS = 8;

    private final Random random;
    private final Mutator mutator;
    private final ByteBudget budget = ByteBudget.quarterOfHeap();
    private final RequestDecoder protobuf = new OtlpProtobufDecoder(budget);
    private final RequestDecoder json = new OtlpJsonDecoder(budget);
    private final SpanBatch batch = new SpanBatch();
    private final Refusals refusals = new Refusals();
    private int read;
    private int malformed;
    private long spansRead;
    private long spansRefused;
    private int compared;

    private OtlpFuzz(long seed) {
        random = new Random(seed);
        mutator = new Mutator(random);
    }

    public static void main(String[] arguments) throws Exception {
        int requests = Integer.parseInt(arguments[0]);
        long seed = Long.parseLong(arguments[1]);
        System.out.println("fuzz: " + requests + " requests, seed " + seed);
        OtlpFuzz fuzz = new OtlpFuzz(seed);
        fuzz.run(requests);
        System.out.println("fuzz: done " + requests + ", read " + fuzz.read + ", malformed " + fuzz.malformed
                + ", spans read " + fuzz.spansRead + ", spans refused " + fuzz.spansRefused + ", verdicts compared "
                + fuzz.compared);
    }

    private void run(int requests) throws IOException {
        List<byte[]> bodies = originals(false);
        List<byte[]> texts = originals(true);
        for (int i = 0; i < requests; i++) {
            boolean asJson = i % 4 == 3;
            List<byte[]> originals = asJson ? texts : bodies;
            byte[] body = originals.get(random.nextInt(originals.size()));
            ContentEncoding encoding = ContentEncoding.values()[i % 16 < 12 ? 0 : 1 + i % 2];
            // Damage before compression reaches the decoder, damage behind it the decompressor.
            byte[] request = random.nextInt(4) > 0
                    ? compress(encoding, mutator.mutate(body))
                    : mutator.mutate(compress(encoding, body));
            boolean accepted = decode(asJson ? json : protobuf, encoding, request);
            if (!asJson && encoding == ContentEncoding.IDENTITY && i % 20 == 0) {
                compare(request, accepted);
            }
        }
    }

    private boolean decode(RequestDecoder decoder, ContentEncoding encoding, byte[] body) {
        batch.clear();
        refusals.clear();
        try {
            decoder.decode(
                    new SourceRequest(decoder.codec(), encoding, body, 0, body.length, 1),
                    DecodeLimits.DEFAULT,
                    batch,
                    refusals);
            read++;
            spansRead += batch.spanCount();
            spansRefused += refusals.count();
            return true;
        } catch (MalformedRequestException e) {
            malformed++;
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(
                    "codec " + decoder.codec() + ", " + encoding + ": "
                            + Base64.getEncoder().encodeToString(body),
                    e);
        }
    }

    private void compare(byte[] body, boolean accepted) {
        boolean official;
        try {
            Official.parse(body);
            official = true;
        } catch (InvalidProtocolBufferException e) {
            String reason = String.valueOf(e.getMessage());
            if (reason.contains("UTF-8") || reason.contains("nesting")) {
                return;
            }
            official = false;
        }
        compared++;
        if (official != accepted) {
            throw new AssertionError("the official parser " + (official ? "accepts " : "rejects ")
                    + Base64.getEncoder().encodeToString(body));
        }
    }

    private List<byte[]> originals(boolean asJson) throws IOException {
        List<byte[]> out = new ArrayList<>();
        OtlpProtobufWriter writer = new OtlpProtobufWriter();
        for (int file = 0; file < TrainTicket.FILES.size(); file += 5) {
            byte[] body = TrainTicket.protobuf(TrainTicket.FILES.get(file));
            if (!decode(protobuf, ContentEncoding.IDENTITY, body)) {
                throw new AssertionError("a recorded request is not read");
            }
            for (int n = 0; n < 20; n++) {
                int from = random.nextInt(batch.spanCount() - SPANS);
                int[] rows =
                        java.util.stream.IntStream.range(from, from + SPANS).toArray();
                out.add(asJson ? toJson(batch, rows) : writer.write(batch, rows));
            }
        }
        for (int seed = 0; seed < 40; seed++) {
            SpanBatch spans = new RandomSpans(seed).oddities(0.3).batch(SPANS);
            int[] rows = java.util.stream.IntStream.range(0, SPANS).toArray();
            out.add(asJson ? toJson(spans, rows) : writer.write(spans, rows));
        }
        return out;
    }

    private static byte[] toJson(SpanBatch batch, int[] rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OtlpJsonWriter.write(batch, rows, out);
        return out.toString(StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] compress(ContentEncoding encoding, byte[] body) throws IOException {
        return switch (encoding) {
            case IDENTITY -> body;
            case ZSTD -> Zstd.compress(body);
            case GZIP -> {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
                    out.write(body);
                }
                yield bytes.toByteArray();
            }
        };
    }
}

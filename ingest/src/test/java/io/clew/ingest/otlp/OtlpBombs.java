package io.clew.ingest.otlp;

import com.github.luben.zstd.Zstd;
import io.clew.ingest.BusyException;
import io.clew.ingest.ByteBudget;
import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals;
import io.clew.model.RequestDecoder;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;

/**
 * Small requests that want much memory, 20 at once, with a main method for a small heap: zeros that unfold beyond the
 * limit, empty attributes that take columns, JSON brackets. Each must be refused, and none may end the process.
 */
final class OtlpBombs {
    private static final int AT_ONCE = 20;

    private OtlpBombs() {}

    public static void main(String[] arguments) throws Exception {
        ByteBudget budget = ByteBudget.quarterOfHeap();
        List<SourceRequest> bombs = List.of(
                request(1, ContentEncoding.GZIP, gzip(new byte[1 << 20], 68)),
                request(1, ContentEncoding.ZSTD, Zstd.compress(new byte[20 << 20])),
                request(1, ContentEncoding.GZIP, attributes()),
                request(2, ContentEncoding.GZIP, gzip("[".repeat(1 << 20).getBytes(StandardCharsets.UTF_8), 60)),
                request(2, ContentEncoding.GZIP, gzip("{\"a\":".repeat(1 << 18).getBytes(StandardCharsets.UTF_8), 40)));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int round = 0; round < 3; round++) {
            CyclicBarrier start = new CyclicBarrier(AT_ONCE);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                SourceRequest bomb = bombs.get(i % bombs.size());
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        start.await();
                        explode(bomb, budget);
                    } catch (Throwable e) {
                        failure.compareAndSet(null, e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        if (failure.get() != null) {
            throw new AssertionError("a bomb went off", failure.get());
        }
        if (budget.used() != 0) {
            throw new AssertionError(budget.used() + " bytes were not given back");
        }
        System.out.println("bombs: done, all refused, limit " + budget.limit());
    }

    private static void explode(SourceRequest bomb, ByteBudget budget) {
        RequestDecoder decoder = bomb.codec() == 1 ? new OtlpProtobufDecoder(budget) : new OtlpJsonDecoder(budget);
        try {
            decoder.decode(bomb, DecodeLimits.DEFAULT, new SpanBatch(), new Refusals());
            throw new AssertionError("a bomb was read");
        } catch (MalformedRequestException | BusyException e) {
            // As it must be.
        }
    }

    /** One span with 12 million empty attributes. */
    private static byte[] attributes() throws IOException {
        int count = 12_000_000;
        byte[] pairs = new byte[1 << 20];
        for (int i = 0; i < pairs.length; i += 2) {
            pairs[i] = 9 << 3 | 2;
        }
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int content = 2 * count;
        for (int[] level : new int[][] {{1, content + 10}, {2, content + 5}, {2, content}}) {
            head.write(level[0] << 3 | 2);
            for (int i = 0, rest = level[1]; i < 4; i++, rest >>>= 7) {
                head.write(rest & 0x7F | (i < 3 ? 0x80 : 0));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(head.toByteArray());
            for (int left = content; left > 0; left -= pairs.length) {
                gzip.write(pairs, 0, Math.min(left, pairs.length));
            }
        }
        return out.toByteArray();
    }

    private static byte[] gzip(byte[] piece, int times) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            for (int i = 0; i < times; i++) {
                gzip.write(piece);
            }
        }
        return out.toByteArray();
    }

    private static SourceRequest request(int codec, ContentEncoding encoding, byte[] body) {
        return new SourceRequest(codec, encoding, body, 0, body.length, 1);
    }
}

package io.clew.quality.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SourceProtocol;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.quality.load.ReferenceLoad;
import io.clew.store.AppendResult;
import io.clew.store.TraceStore;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Decoding a request and appending it to the embedded store allocates next to nothing per span, on the thread that decodes
 * and on the one that commits; memory comes from batches used before. Not counted are flushing, which is not on the way of
 * an append, and the requests just after a flush, of whose traces a part is in blocks already and is looked up there.
 */
class AppendAllocationTest {
    private static final int WARM_UP_ROUNDS = 6;
    private static final int ROUNDS = 40;
    private static final int STRADDLING = 110;
    private static final int MEASURED = 100;
    private static final double LARGEST_PER_SPAN = 8;

    @TempDir
    Path directory;

    @Test
    void decodeAndAppendAllocateAtMostEightBytesASpan() throws IOException {
        StoreSettings settings =
                StoreSettings.of(new DiskFiles(), directory, List.of()).withChunk(256 << 20, Duration.ofHours(1));
        ReferenceLoad load = new ReferenceLoad(1, System.currentTimeMillis() * 1_000_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (TraceStore store = EmbeddedStore.open(settings)) {
            OtlpProtobufDecoder decoder = new OtlpProtobufDecoder(new io.clew.ingest.ByteBudget(1L << 30));
            Refusals refusals = new Refusals();
            double perSpan = Double.MAX_VALUE;
            // Until the JVM has compiled it, and what is used again is as large as it gets.
            for (int round = 0; round < ROUNDS && (round <= WARM_UP_ROUNDS || perSpan > LARGEST_PER_SPAN); round++) {
                send(store, decoder, refusals, requests(load, STRADDLING));
                List<SourceRequest> requests = requests(load, MEASURED);
                long before = allocated(threads);
                long sent = send(store, decoder, refusals, requests);
                perSpan = (double) (allocated(threads) - before) / sent;
                store.flush();
            }
            System.out.printf("decode and append: %.2f B/span allocated%n", perSpan);
            assertThat(perSpan).as("bytes per span").isLessThanOrEqualTo(LARGEST_PER_SPAN);
        }
    }

    private static List<SourceRequest> requests(ReferenceLoad load, int count) {
        List<SourceRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] body = load.next();
            requests.add(new SourceRequest(
                    SourceProtocol.OTLP_PROTOBUF, ContentEncoding.IDENTITY, body, 0, body.length, load.clock()));
        }
        return requests;
    }

    private static long send(
            TraceStore store, OtlpProtobufDecoder decoder, Refusals refusals, List<SourceRequest> requests)
            throws IOException {
        long spans = 0;
        for (SourceRequest request : requests) {
            SpanBatch batch = store.newBatch();
            refusals.clear();
            try {
                decoder.decode(request, DecodeLimits.DEFAULT, batch, refusals);
            } catch (io.clew.model.MalformedRequestException unexpected) {
                throw new IOException(unexpected);
            }
            spans += batch.spanCount();
            AppendResult outcome =
                    store.append(batch, request, DecodeLimits.DEFAULT, refusals).join();
            if (!(outcome instanceof AppendResult.Stored)) {
                throw new AssertionError(outcome);
            }
        }
        return spans;
    }

    /** Bytes allocated so far by this thread and the committer's. */
    private static long allocated(ThreadMXBean threads) {
        long committer = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("clew-committer"))
                .mapToLong(Thread::threadId)
                .findFirst()
                .orElseThrow();
        return threads.getCurrentThreadAllocatedBytes() + threads.getThreadAllocatedBytes(committer);
    }
}

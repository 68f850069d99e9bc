package io.clew.quality.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.model.AttributeTable;
import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SourceProtocol;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** That the load is what every figure claims it is. */
class ReferenceLoadTest {
    /** Nanoseconds a span: a quarter of what a server takes for one on a core. */
    private static final double MOST_NANOS = 1_000;

    private static final long START = 1_767_225_600_000_000_000L;
    private static final int REQUESTS = 200;

    @Test
    void isTheLoadThatTheFiguresName() throws Exception {
        ReferenceLoad load = new ReferenceLoad(1, START);
        SpanBatch batch = new SpanBatch();
        List<byte[]> requests = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            requests.add(load.next());
        }
        requests.addAll(load.rest());
        long bytes = 0;
        for (int i = 0; i < requests.size(); i++) {
            int before = batch.spanCount();
            decode(requests.get(i), batch);
            bytes += requests.get(i).length;
            if (i < REQUESTS) {
                assertThat(batch.spanCount() - before).isEqualTo(ReferenceLoad.SPANS);
            }
        }
        int spans = batch.spanCount();
        assertThat(spans).isEqualTo((int) load.spans());
        assertThat((double) bytes / spans).as("bytes a span").isBetween(375.0, 400.0);
        assertThat((double) spans / load.traces()).as("spans a trace").isBetween(27.0, 33.0);

        Set<Long> spanIds = new HashSet<>();
        Set<Object> traceIds = new HashSet<>();
        Map<Long, Integer> rowById = new HashMap<>();
        Set<Integer> urls = new HashSet<>();
        Set<String> processes = new HashSet<>();
        int withUrl = 0;
        int errors = 0;
        AttributeTable table = batch.spanAttributes();
        int urlFull = key(batch, "url.full");
        int urlPath = key(batch, "url.path");
        int threadId = key(batch, "thread.id");
        int threadName = key(batch, "thread.name");
        for (int span = 0; span < spans; span++) {
            spanIds.add(batch.spanId(span));
            traceIds.add(batch.traceId(span));
            rowById.put(batch.spanId(span), span);
            assertThat(table.count(span)).isBetween(8, 14);
            int url = Math.max(table.find(span, urlFull), table.find(span, urlPath));
            if (url >= 0) {
                withUrl++;
                urls.add((int) table.value(url));
                int thread = table.find(span, threadId);
                assertThat(batch.dictionary().text((int) table.value(table.find(span, threadName))))
                        .endsWith("-" + table.value(thread));
            }
            if (batch.statusCode(span) == 2) {
                errors++;
                assertThat(batch.eventsTo(span) - batch.eventsFrom(span)).isEqualTo(1);
            }
            processes.add(text(batch, batch.resource(span), "service.instance.id"));
        }
        assertThat(spanIds).hasSize(spans);
        assertThat(traceIds).hasSize((int) load.traces());
        assertThat((double) withUrl / spans).as("share with a URL").isBetween(0.37, 0.45);
        assertThat(urls).as("near-unique URLs").hasSizeGreaterThan(withUrl * 99 / 100);
        assertThat((double) errors / spans).isBetween(0.017, 0.023);
        assertThat(processes).hasSize(14 * ReferenceLoad.INSTANCES);
        for (int span = 0; span < spans; span++) {
            long parent = batch.parentSpanId(span);
            if (parent != 0) {
                int row = rowById.getOrDefault(parent, -1);
                assertThat(batch.start(span)).isGreaterThanOrEqualTo(batch.start(row));
                assertThat(batch.traceId(span)).isEqualTo(batch.traceId(row));
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameRequests() {
        ReferenceLoad one = new ReferenceLoad(5, START);
        ReferenceLoad two = new ReferenceLoad(5, START);
        ReferenceLoad other = new ReferenceLoad(6, START);
        for (int i = 0; i < 5; i++) {
            byte[] request = one.next();
            assertThat(two.next()).isEqualTo(request);
            assertThat(other.next()).isNotEqualTo(request);
        }
    }

    /** A generator slower than the server would measure itself. */
    @Test
    void oneCoreMakesFarMoreThanAServerTakes() {
        ReferenceLoad load = new ReferenceLoad(7, START);
        java.lang.management.ThreadMXBean threads = java.lang.management.ManagementFactory.getThreadMXBean();
        int requests = 300;
        double perSpan = Double.MAX_VALUE;
        // Until the JVM has compiled it; and the quickest round counts, as others may have shared a core.
        for (int round = 0; round < 20 && perSpan >= MOST_NANOS; round++) {
            long before = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < requests; i++) {
                load.next();
            }
            perSpan = (double) (threads.getCurrentThreadCpuTime() - before) / (requests * ReferenceLoad.SPANS);
        }
        System.out.printf("reference load: %.0f ns of CPU a span%n", perSpan);
        assertThat(perSpan).isLessThan(MOST_NANOS);
    }

    private static void decode(byte[] body, SpanBatch into) throws Exception {
        Refusals refusals = new Refusals();
        new OtlpProtobufDecoder(ByteBudget.unlimited())
                .decode(
                        new SourceRequest(
                                SourceProtocol.OTLP_PROTOBUF, ContentEncoding.IDENTITY, body, 0, body.length, 1),
                        DecodeLimits.DEFAULT,
                        into,
                        refusals);
        assertThat(refusals.firstMessage()).isNull();
    }

    private static int key(SpanBatch batch, String key) {
        return batch.dictionary().intern(key);
    }

    private static String text(SpanBatch batch, int resource, String key) {
        int entry = batch.resourceAttributes().find(resource, key(batch, key));
        return batch.dictionary().text((int) batch.resourceAttributes().value(entry));
    }
}

package io.clew.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.ingest.otlp.OtlpProtobufWriter;
import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals;
import io.clew.model.SourceProtocol;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.SpanEquality;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.kit.SpanText;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Set;
import java.util.TreeSet;

/** What the tests of this package share: stores filled and compared, output caught. */
final class Exchanged {
    private Exchanged() {}

    /** A stream whose text can be read afterwards. */
    static final class Caught extends PrintStream {
        private final ByteArrayOutputStream bytes;

        Caught() {
            this(new ByteArrayOutputStream());
        }

        private Caught(ByteArrayOutputStream bytes) {
            super(bytes, true, StandardCharsets.UTF_8);
            this.bytes = bytes;
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    /** The batch as it comes back from OTLP, which knows no 64-bit trace ids and no time of 0. */
    static SpanBatch overTheWire(SpanBatch batch) {
        byte[] bytes = new OtlpProtobufWriter().write(batch);
        SpanBatch read = new SpanBatch();
        try {
            new Decoding()
                    .decode(
                            new SourceRequest(
                                    SourceProtocol.OTLP_PROTOBUF, ContentEncoding.IDENTITY, bytes, 0, bytes.length, 7),
                            read,
                            new Refusals());
        } catch (MalformedRequestException e) {
            throw new AssertionError(e);
        }
        assertThat(read.spanCount()).isEqualTo(batch.spanCount());
        return read;
    }

    static void append(TraceStore store, SpanBatch batch) {
        SpanBatch copy = store.newBatch();
        SpanCopier copier = new SpanCopier().bind(batch, copy);
        for (int row = 0; row < batch.spanCount(); row++) {
            copier.copy(row);
        }
        store.append(copy, null, DecodeLimits.DEFAULT, new Refusals()).join();
    }

    static Set<TraceId> ids(SpanBatch batch) {
        Set<TraceId> ids = new TreeSet<>();
        for (int row = 0; row < batch.spanCount(); row++) {
            ids.add(batch.traceId(row));
        }
        return ids;
    }

    /** Both stores hold equal spans of these traces, in every field that was sent. */
    static void assertSame(TraceStore real, TraceStore wanted, Set<TraceId> ids) {
        try (Snapshot one = real.snapshot();
                Snapshot other = wanted.snapshot()) {
            for (TraceId id : ids) {
                Trace a =
                        one.trace(id, ReadControl.unbounded()).orElseThrow(() -> new AssertionError("no trace " + id));
                Trace b = other.trace(id, ReadControl.unbounded()).orElseThrow();
                assertSame(a.spans(), b.spans());
            }
        }
        assertThat(real.stats().spansStored()).isEqualTo(wanted.stats().spansStored());
        assertThat(real.stats().tracesStored()).isEqualTo(wanted.stats().tracesStored());
    }

    private static void assertSame(SpanBatch real, SpanBatch wanted) {
        assertThat(real.spanCount()).isEqualTo(wanted.spanCount());
        BitSet used = new BitSet();
        for (int row = 0; row < wanted.spanCount(); row++) {
            int found = -1;
            for (int other = 0; other < real.spanCount() && found < 0; other++) {
                found = !used.get(other) && SpanEquality.equal(real, other, wanted, row) ? other : -1;
            }
            if (found < 0) {
                assertThat(texts(real)).as("a span that came back otherwise").contains(SpanText.of(wanted, row));
                throw new AssertionError("differs in the bits of a double: " + SpanText.of(wanted, row));
            }
            used.set(found);
        }
    }

    private static Set<String> texts(SpanBatch batch) {
        Set<String> texts = new TreeSet<>();
        for (int row = 0; row < batch.spanCount(); row++) {
            texts.add(SpanText.of(batch, row));
        }
        return texts;
    }
}

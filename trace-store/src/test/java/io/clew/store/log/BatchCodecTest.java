package io.clew.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.model.SpanEquality;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BatchCodecTest {
    private final BatchCodec codec = new BatchCodec();
    private final Refusals refusals = new Refusals();

    @Property(seed = "20261133", tries = 200)
    void decodingGivesTheSameRows(@ForAll long seed) throws MalformedRequestException {
        RandomSpans spans = new RandomSpans(seed).oddities(0.3);
        SpanBatch batch = spans.batch(spans.random().nextInt(60));
        SourceRequest request = BatchCodec.encode(batch, 5);
        assertThat(request.receiveTime()).isEqualTo(5);

        SpanBatch fresh = new SpanBatch();
        codec.decode(request, DecodeLimits.DEFAULT, fresh, refusals);
        SourceRequest again = BatchCodec.encode(fresh, 5);
        assertThat(Arrays.copyOf(again.bytes(), again.length()))
                .isEqualTo(Arrays.copyOf(request.bytes(), request.length()));

        SpanBatch behind = spans.batch(7);
        codec.decode(request, DecodeLimits.DEFAULT, behind, refusals);
        assertThat(behind.spanCount()).isEqualTo(7 + batch.spanCount());
        for (int span = 0; span < batch.spanCount(); span++) {
            assertThat(SpanEquality.equal(batch, span, fresh, span)).isTrue();
            assertThat(SpanEquality.equal(batch, span, behind, 7 + span)).isTrue();
            assertThat(behind.receiveTime(7 + span)).isEqualTo(batch.receiveTime(span));
            assertThat(behind.protocol(7 + span)).isEqualTo(batch.protocol(span));
        }
        assertThat(refusals.count()).isZero();
    }

    /** Any bytes are either read or refused with an offset, in time and memory bounded by their length. */
    @Test
    void damagedBytesAreRefusedCleanly() {
        Random random = new Random(41);
        int refused = 0;
        for (int round = 0; round < 10_000; round++) {
            SourceRequest good = BatchCodec.encode(new RandomSpans(round % 100).batch(5), 0);
            byte[] bad = Arrays.copyOf(good.bytes(), good.length());
            for (int i = random.nextInt(4); i >= 0; i--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(3) == 0 ? random.nextInt(bad.length) : bad.length;
            SourceRequest request =
                    new SourceRequest(BatchCodec.CODEC, good.encoding(), bad, 0, length, good.receiveTime());
            try {
                codec.decode(request, DecodeLimits.DEFAULT, new SpanBatch(), refusals);
            } catch (MalformedRequestException malformed) {
                refused++;
                assertThat(malformed).hasMessageStartingWith("a logged batch ");
            }
        }
        assertThat(refused).isGreaterThan(3_000);
    }
}

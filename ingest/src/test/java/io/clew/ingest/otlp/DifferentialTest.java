package io.clew.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.clew.ingest.TrainTicket;
import io.clew.model.MalformedRequestException;
import io.clew.model.RandomSpans;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The decoder's verdict and content against the official parser's, on requests odd and damaged. */
class DifferentialTest {
    private static final int ODD = 6_000;
    private static final int DAMAGED = 6_000;

    private int accepted;
    private int rejected;
    private int refused;

    @Test
    void oddRequestsReadTheSame() {
        for (long seed = 0; seed < ODD; seed++) {
            compare(new RandomRequests(seed).request(), "odd request of seed " + seed);
        }
        assertThat(rejected).as("odd requests are all well-formed").isZero();
        assertThat(accepted).isEqualTo(ODD);
        assertThat(refused).isBetween(ODD / 10, ODD * 10);
    }

    /** Attributes that come again are not read again: requests one after the other are one request, on the wire. */
    @Test
    void whatComesAgainReadsTheSame() {
        for (long seed = 0; seed < ODD / 4; seed++) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (long part : new long[] {seed, seed + 1, seed, seed, seed + 1}) {
                body.writeBytes(new RandomRequests(part).request());
            }
            compare(body.toByteArray(), "odd requests of seeds " + seed + " and " + (seed + 1) + " in one");
        }
        assertThat(rejected).isZero();
        assertThat(accepted).isEqualTo(ODD / 4);
    }

    @Test
    void damagedRequestsFareTheSame() {
        long seed = 20261123;
        Random random = new Random(seed);
        Mutator mutator = new Mutator(random);
        List<byte[]> originals = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            originals.add(new RandomRequests(i).request());
            originals.add(new OtlpProtobufWriter().write(new RandomSpans(i).batch(5)));
        }
        byte[] real = TrainTicket.protobuf(TrainTicket.FILES.getFirst());
        originals.add(java.util.Arrays.copyOf(real, 10_855 + 3));
        for (int i = 0; i < DAMAGED; i++) {
            compare(
                    mutator.mutate(originals.get(random.nextInt(originals.size()))),
                    "damaged request " + i + " of seed " + seed);
        }
        assertThat(accepted).isGreaterThan(DAMAGED / 10);
        assertThat(rejected).isGreaterThan(DAMAGED / 10);
    }

    /** Where the official parser stops at bad UTF-8 or deep nesting, OTLP has rules of its own: other tests hold those. */
    private void compare(byte[] body, String what) {
        List<Rows.Row> expected;
        try {
            expected = Rows.of(Official.parse(body));
        } catch (InvalidProtocolBufferException e) {
            rejected++;
            String reason = String.valueOf(e.getMessage());
            if (!reason.contains("UTF-8") && !reason.contains("nesting")) {
                assertThatThrownBy(() -> Requests.protobuf(body))
                        .as("%s: the official parser says: %s", what, reason)
                        .isInstanceOf(MalformedRequestException.class);
            }
            return;
        }
        try {
            accepted++;
            Requests.Decoded read = Requests.protobuf(body);
            refused += read.refusals().count();
            assertThat(Rows.of(read.batch()))
                    .as(what)
                    .isEqualTo(expected.stream()
                            .filter(row -> Official.idsAllowed(row.span()))
                            .toList());
            assertThat(read.refusals().count() + read.batch().spanCount())
                    .as(what)
                    .isEqualTo(expected.size());
        } catch (MalformedRequestException e) {
            throw new AssertionError(what + ": the official parser accepts, the decoder says " + e.getMessage(), e);
        }
    }
}

package io.clew.analysis.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class LatencySketchTest {
    private static final double[] QUANTILES = {0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1};

    @Test
    void everyNumberIsWithinOnePercentOfTheMiddleOfItsBucket() {
        long next = 0;
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            long lower = Buckets.lower(bucket);
            long upper = Buckets.upper(bucket);
            assertThat(lower).as("buckets leave nothing out").isEqualTo(next);
            assertThat(Buckets.of(lower)).isEqualTo(bucket);
            assertThat(Buckets.of(upper)).isEqualTo(bucket);
            assertThat(Math.abs(Buckets.middle(bucket) - lower)).isLessThanOrEqualTo(0.01 * lower * (1 + 1e-12));
            assertThat(Math.abs(Buckets.middle(bucket) - upper)).isLessThanOrEqualTo(0.01 * upper * (1 + 1e-12));
            next = upper + 1;
        }
        assertThat(next).as("the last bucket ends with the largest long").isEqualTo(Long.MIN_VALUE);
        assertThat(Buckets.COUNT).isLessThan(2200);
    }

    @Property(seed = "20261146", tries = 300)
    void quantilesAreWithinOnePercentOfThoseOfTheSortedDurations(@ForAll("durations") long[] durations) {
        LatencySketch sketch = new LatencySketch();
        for (long duration : durations) {
            sketch.add(duration);
        }
        long[] sorted = durations.clone();
        Arrays.sort(sorted);
        for (double q : QUANTILES) {
            int rank = Math.max(1, (int) Math.ceil(q * sorted.length));
            double exact = sorted[rank - 1];
            assertThat(sketch.quantile(q)).as("quantile " + q).isCloseTo(exact, within(0.01 * exact * (1 + 1e-12)));
        }
        assertThat(sketch.count()).isEqualTo(durations.length);
        assertThat(sketch.min()).isEqualTo(sorted[0]);
        assertThat(sketch.max()).isEqualTo(sorted[sorted.length - 1]);
    }

    @Provide
    Arbitrary<long[]> durations() {
        Arbitrary<Long> any = Arbitraries.longs()
                .between(0, 62)
                .flatMap(bits -> Arbitraries.longs().between(0, 1L << bits));
        return any.array(long[].class).ofMinSize(1).ofMaxSize(500);
    }

    @Test
    void sumsStopAtTheLargestLong() {
        LatencySketch sketch = new LatencySketch();
        sketch.add(Long.MAX_VALUE);
        sketch.add(Long.MAX_VALUE);
        assertThat(sketch.sum()).isEqualTo(Long.MAX_VALUE);
        assertThat(sketch.quantile(0.5)).isCloseTo(Long.MAX_VALUE, within(0.01 * Long.MAX_VALUE));
    }

    @Test
    void anEmptySketchAnswersZero() {
        LatencySketch sketch = new LatencySketch();
        assertThat(sketch.quantile(0.99)).isZero();
        assertThat(sketch.mean()).isZero();
        assertThat(sketch.min()).isZero();
    }
}

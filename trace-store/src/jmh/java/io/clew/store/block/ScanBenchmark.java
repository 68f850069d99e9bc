package io.clew.store.block;

import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The loops in which a condition looks at every value of a column, alone: values a microsecond on one core, which is
 * millions a second. {@code mvn -Pjmh -pl trace-store -am test -Djmh.args="ScanBenchmark -prof gc"}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 4, time = 2)
@Fork(1)
public class ScanBenchmark {
    private static final int COUNT = 4000;

    private final Random random = new Random(1);
    private final BitSet wanted = new BitSet();
    private final BitSet wideWanted = new BitSet();
    private final LongPage codes;
    private final LongPage offsets;
    private final LongPage values;
    private final LongPage wideIds;

    public ScanBenchmark() {
        byte[] bytes = new byte[COUNT];
        random.nextBytes(bytes);
        long[] distinct = new long[256];
        for (int i = 0; i < distinct.length; i++) {
            distinct[i] = i;
        }
        codes = LongPage.ofCodes(bytes, COUNT, distinct);
        offsets = LongPage.ofOffsets(random.ints(COUNT, 0, 1 << 30).toArray(), 0);
        values = LongPage.ofValues(random.longs(COUNT).toArray());
        wanted.set(3);
        wanted.set(77);
        wideIds = LongPage.ofOffsets(random.ints(COUNT, 0, 2000).toArray(), 0);
        wideWanted.set(300);
        wideWanted.set(1200, 1210);
    }

    /** Ids of a dictionary or of templates, of which few differ within a page. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public BitSet idsInSet() {
        return codes.in(wanted);
    }

    /** Ids of more than 256 values. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public BitSet wideIdsInSet() {
        return wideIds.in(wideWanted);
    }

    /** Numbers of few distinct values. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public BitSet codesInRange() {
        return codes.within(10, 12);
    }

    /** Numbers such as durations. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public BitSet offsetsInRange() {
        return offsets.within(1000, 1_000_000);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public BitSet valuesInRange() {
        return values.within(0, Long.MAX_VALUE / 1000);
    }
}

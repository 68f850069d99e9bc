package io.clew.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.clew.model.SpanKind;
import io.clew.store.ReadControl;
import io.clew.store.SpanCondition;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Guards what makes scans fast: nothing is allocated for a span, and a value costs about what it costs in a plain loop.
 * How fast they are tells {@code ScanBenchmark}; this fails when they become several times slower, on a busy machine too,
 * as both loops run in one thread and its own processor time counts.
 */
class ScanSpeedTest {
    private static final int VALUES = 4000;
    /** A page's answer is two bits a value and, for codes, a table of 256; an object or a number for each would be 4 or more. */
    private static final double BYTES_A_VALUE = 1;

    private static final double BYTES_A_SPAN = 3;
    /** Measured: 2 to 4. The plain loop is one that the JVM vectorizes. */
    private static final double MOST_TIMES_A_PLAIN_LOOP = 25;

    private static final int ROUNDS = 40;
    private static final int PAGES_A_ROUND = 500;
    /** Processor time that a loop may take until the JVM has compiled it, however little the compiler's own threads get. */
    private static final long LONGEST = Duration.ofSeconds(60).toNanos();

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Random random = new Random(1);

    @Test
    void aValueCostsLittleMoreThanInAPlainLoop() {
        int[] numbers = random.ints(VALUES, 0, 1 << 30).toArray();
        byte[] codes = new byte[VALUES];
        random.nextBytes(codes);
        long[] distinct = random.longs(256).sorted().toArray();
        LongPage offsets = LongPage.ofOffsets(numbers, 7);
        LongPage coded = LongPage.ofCodes(codes, VALUES, distinct);
        LongPage wide = LongPage.ofValues(random.longs(VALUES).toArray());

        long plain = best(() -> {
            int found = 0;
            for (int number : numbers) {
                found += number - 1000 <= 1_000_000 ? 1 : 0;
            }
            return found;
        });
        holds("four bytes each", plain, () -> offsets.within(1000, 1_000_000).length());
        holds("a byte each", plain, () -> coded.within(distinct[3], distinct[5]).length());
        holds("eight bytes each", plain, () -> wide.within(0, 1L << 50).length());
        LongPage ids = LongPage.ofOffsets(random.ints(VALUES, 0, 2000).toArray(), 7);
        BitSet wanted = new BitSet();
        random.ints(100, 0, 2000).forEach(wanted::set);
        holds("ids of four bytes each", plain, () -> ids.in(wanted).length());
    }

    private void holds(String what, long plain, IntSupplier scan) {
        long began = threads.getCurrentThreadCpuTime();
        long time = best(scan);
        while (time >= MOST_TIMES_A_PLAIN_LOOP * plain && threads.getCurrentThreadCpuTime() - began < LONGEST) {
            time = Math.min(time, best(scan));
        }
        assertThat((double) time / plain)
                .as("%s: %d ns for a page of %d values, %d in a plain loop", what, time, VALUES, plain)
                .isLessThan(MOST_TIMES_A_PLAIN_LOOP);
        long before = threads.getCurrentThreadAllocatedBytes();
        int sum = 0;
        for (int i = 0; i < PAGES_A_ROUND; i++) {
            sum += scan.getAsInt();
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat((double) allocated / PAGES_A_ROUND / VALUES)
                .as("%s: bytes allocated for a value (%d)", what, sum)
                .isLessThan(BYTES_A_VALUE);
    }

    /** Processor time for a page of the quickest round, nanoseconds, at least 1. */
    private long best(IntSupplier page) {
        long best = Long.MAX_VALUE;
        int sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < PAGES_A_ROUND; i++) {
                sum += page.getAsInt();
            }
            best = Math.min(best, (threads.getCurrentThreadCpuTime() - before) / PAGES_A_ROUND);
        }
        assertThat(sum).isNotEqualTo(-1);
        return Math.max(1, best);
    }

    /** Two columns of a block whose pages are in memory: what is allocated is a few objects a page, none a span. */
    @Test
    void aScanAllocatesNothingForASpan(@TempDir Path directory) throws IOException {
        List<Blocks.Entry> traces = Blocks.traces(new ShopTraffic(1).requests(20_000));
        Path path = directory.resolve("block");
        DiskFiles files = new DiskFiles();
        BlockMeta meta = Blocks.write(files, path, BlockSettings.DEFAULT, traces);
        SpanCondition condition = new SpanCondition.And(List.of(
                new SpanCondition.Test(
                        SpanCondition.Intrinsic.KIND,
                        SpanCondition.Operator.EQUAL,
                        new SpanCondition.Int(SpanKind.SERVER.code())),
                new SpanCondition.Test(
                        new SpanCondition.Attribute(SpanCondition.Scope.SPAN, "shop.amount.cents"),
                        SpanCondition.Operator.LESS,
                        new SpanCondition.Int(50))));
        try (PageCache cache = new PageCache(64L << 20);
                Block block = Block.open(files, path, cache)) {
            RowGroupScan scan = Objects.requireNonNull(block.scan(condition, 0));
            ReadControl control = ReadControl.unbounded();
            long allocated = Long.MAX_VALUE;
            long began = threads.getCurrentThreadCpuTime();
            // Until the JVM has compiled it.
            while (allocated >= BYTES_A_SPAN * meta.spans() && threads.getCurrentThreadCpuTime() - began < LONGEST) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int page = 0; page < scan.pages(); page++) {
                    scan.traces(page, control);
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat((double) allocated / meta.spans())
                    .as("bytes allocated for a span of %d", meta.spans())
                    .isLessThan(BYTES_A_SPAN);
        }
    }
}
